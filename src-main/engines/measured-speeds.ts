/** How fast the engines of this machine were in their self-checks, where `auto` has more than one to choose among. */
import type { EngineName, InputKind } from '../core/engine-check.ts';
import { speedWith } from '../core/engine-check.ts';
import { knownAbsence, readCheck } from './check-records.ts';
import type { Engine } from './engine.ts';
import type { EngineEnvironment } from './known-engines.ts';
import { startTrusted } from './trusted-engine.ts';

export type EngineSpeeds = ReadonlyMap<EngineName, number>;

/**
 * Examples a second of those that passed and are worth taking. What was never looked at is checked now, in this process: the native engines
 * always, the app's own only where it has a native one to compare with. None where nothing can be remembered.
 */
export async function measuredSpeeds(
  engines: readonly Engine[],
  inputs: InputKind,
  environment: EngineEnvironment,
): Promise<EngineSpeeds> {
  const { enginesFolder } = environment;
  const speeds = new Map<EngineName, number>();
  if (enginesFolder === null) return speeds;
  const measure = async (engine: Engine): Promise<void> => {
    const isNew = readCheck(enginesFolder, engine.name) === null && knownAbsence(enginesFolder, engine.name) === null;
    if (isNew) await lookAt(engine, environment);
    const record = readCheck(enginesFolder, engine.name);
    if (record?.state !== 'ended' || !record.check.passed || record.check.reservation !== undefined) return;
    const speed = speedWith(inputs, record.check);
    if (speed !== null) speeds.set(engine.name, speed);
  };
  for (const engine of engines.filter(({ isNative }) => isNative)) await measure(engine);
  const [own] = engines.filter(({ isNative }) => !isNative);
  if (own !== undefined && speeds.size > 0) await measure(own);
  return speeds;
}

/** Leaves a record, whatever comes of it. */
async function lookAt(engine: Engine, environment: EngineEnvironment): Promise<void> {
  const ready = await startTrusted(engine, environment).catch(() => null);
  ready?.dispose();
}
