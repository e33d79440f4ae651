/** An engine's self-check where nothing can be remembered between runs: made each time. Knows no files, so that it runs in a browser. */
import type { EngineCheck } from '../core/engine-check.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { Engine, ReadyEngine } from './engine.ts';
import { selfCheck } from './self-check/self-check.ts';

/** Rejects with `engine-unavailable` where it does not start, has a reservation, or does not pass. */
export async function startChecked(engine: Engine): Promise<ReadyEngine> {
  const ready = await engine.start();
  const refusal = ready.reservation ?? describeFailure(await selfCheck(ready));
  if (refusal === null) return ready;
  ready.dispose();
  throw new TouchstoneError('engine-unavailable', refusal, { details: { engine: engine.name } });
}

function describeFailure({ passed, failure }: EngineCheck): string | null {
  return passed ? null : `Its self-check failed: ${failure ?? 'no reason given'}`;
}
