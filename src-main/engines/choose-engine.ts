/** Starts the engine that a run asked for, or the best one that starts and computes correctly. */
import { TouchstoneError } from '../core/errors.ts';
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import type { Engine, EngineName, ReadyEngine } from './engine.ts';
import type { EngineEnvironment } from './known-engines.ts';
import { knownEngines, noEnginesFolder } from './known-engines.ts';
import { startTrusted } from './trusted-engine.ts';

export interface ChosenEngine {
  readonly engine: ReadyEngine;
  /** Why this one, in one line. */
  readonly reason: string;
  /** Those that would have been better, best first: why each was passed over, and what would enable it. */
  readonly refused: readonly { readonly name: EngineName; readonly reason: string }[];
}

/**
 * With `auto` an engine outside of the app's own code must also have passed its self-check on this machine; a named one is
 * taken at its word. Rejects with `engine-unavailable` where the named engine, or with `auto` every engine, fails; the
 * message holds each reason. `engines` is there for tests.
 */
export async function chooseEngine(
  choice: EngineChoice,
  environment: EngineEnvironment = noEnginesFolder,
  engines: readonly Engine[] = knownEngines(environment),
): Promise<ChosenEngine> {
  const candidates = choice === 'auto' ? engines : engines.filter(({ name }) => name === choice);
  const refused: { name: EngineName; reason: string }[] = [];
  for (const candidate of candidates) {
    try {
      const isProven = choice !== 'auto' || !candidate.isNative;
      const engine = await (isProven ? candidate.start() : startTrusted(candidate, environment));
      return { engine, reason: reasonFor(choice, engine, refused.length), refused };
    } catch (error) {
      refused.push({ name: candidate.name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const reasons = refused.map(({ name, reason }) => `${name}: ${reason}`).join(' ');
  throw new TouchstoneError(
    'engine-unavailable',
    `No engine for the setting "${choice}" starts here. ${reasons}`.trim(),
    {
      details: { engine: choice },
    },
  );
}

function reasonFor(choice: EngineChoice, engine: ReadyEngine, refusedCount: number): string {
  if (choice !== 'auto') return `${engine.name} (${engine.device}), as the settings ask.`;
  const better =
    refusedCount === 0 ? 'the best engine there is' : `the best of those that start; ${refusedCount} did not`;
  return `${engine.name} (${engine.device}): ${better}.`;
}
