/** Starts the engine that a run asked for, or the best one that starts and computes correctly. */
import type { EngineDecision } from '../core/engine-check.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import type { Engine, ReadyEngine } from './engine.ts';

export interface ChosenEngine {
  readonly engine: ReadyEngine;
  readonly decision: EngineDecision;
}

export interface EngineOptions {
  /** Best first. */
  readonly engines: readonly Engine[];
  /** Starts an engine and makes sure that its arithmetic can be relied on, or rejects. */
  readonly startTrusted: (engine: Engine) => Promise<ReadyEngine>;
}

/**
 * With `auto` an engine outside of the app's own code must also have passed its self-check on this machine; a named one is
 * taken at its word. Rejects with `engine-unavailable` where the named engine, or with `auto` every engine, fails; the
 * message holds each reason.
 */
export async function chooseEngine(
  choice: EngineChoice,
  { engines, startTrusted }: EngineOptions,
): Promise<ChosenEngine> {
  const candidates = choice === 'auto' ? engines : engines.filter(({ name }) => name === choice);
  const passedOver: { engine: string; reason: string }[] = [];
  for (const candidate of candidates) {
    try {
      const isProven = choice !== 'auto' || !candidate.isNative;
      const engine = await (isProven ? candidate.start() : startTrusted(candidate));
      return { engine, decision: { reason: reasonFor(choice, engine, passedOver.length), passedOver } };
    } catch (error) {
      passedOver.push({ engine: candidate.name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const reasons = passedOver.map(({ engine, reason }) => `${engine}: ${reason}`).join(' ');
  throw new TouchstoneError(
    'engine-unavailable',
    `No engine for the setting "${choice}" starts here. ${reasons}`.trim(),
    {
      details: { engine: choice },
    },
  );
}

function reasonFor(choice: EngineChoice, engine: ReadyEngine, passedOverCount: number): string {
  if (choice !== 'auto') return `${engine.name} (${engine.device}), as the settings ask.`;
  const better =
    passedOverCount === 0 ? 'the best engine there is' : `the best of those that work here; ${passedOverCount} did not`;
  return `${engine.name} (${engine.device}): ${better}.`;
}
