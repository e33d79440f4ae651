/** Starts the engine that a run asked for, or the best one that starts. */
import { TouchstoneError } from '../core/errors.ts';
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import { cpuEngine } from './cpu-engine.ts';
import type { Engine, EngineName, ReadyEngine } from './engine.ts';
import { wasmEngine } from './wasm-engine.ts';

/** Best first: the order in which `auto` tries them. */
const enginesByMerit: readonly Engine[] = [wasmEngine, cpuEngine];

export interface ChosenEngine {
  readonly engine: ReadyEngine;
  /** Why this one, in one line. */
  readonly reason: string;
  /** Those that would have been better, and why they did not start. */
  readonly refused: readonly { readonly name: EngineName; readonly reason: string }[];
}

/**
 * Rejects with `engine-unavailable` where the named engine, or with `auto` every engine, fails to start; the message holds each
 * reason. `engines` is there for tests.
 */
export async function chooseEngine(
  choice: EngineChoice,
  engines: readonly Engine[] = enginesByMerit,
): Promise<ChosenEngine> {
  const candidates = choice === 'auto' ? engines : engines.filter(({ name }) => name === choice);
  const refused: { name: EngineName; reason: string }[] = [];
  for (const candidate of candidates) {
    try {
      const engine = await candidate.start();
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
