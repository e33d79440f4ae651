/** Starts the engine that a run asked for, or the best one that starts and computes correctly. */
import { fastestFirst } from '../core/engine-check.ts';
import type { EngineDecision } from '../core/engine-check.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import type { Engine, ReadyEngine } from './engine.ts';
import type { EngineSpeeds } from './measured-speeds.ts';

export interface ChosenEngine {
  readonly engine: ReadyEngine;
  readonly decision: EngineDecision;
}

export interface EngineOptions {
  /** Best first, as far as one can tell without measuring. */
  readonly engines: readonly Engine[];
  /** Examples a second, of those that were measured; one that is clearly faster than those before it comes first. */
  readonly speeds?: EngineSpeeds;
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
  { engines, speeds = new Map(), startTrusted }: EngineOptions,
): Promise<ChosenEngine> {
  const speedOf = ({ name }: Pick<Engine, 'name'>): number | null => speeds.get(name) ?? null;
  const candidates = choice === 'auto' ? fastestFirst(engines, speedOf) : engines.filter(({ name }) => name === choice);
  const passedOver: { engine: string; reason: string }[] = [];
  /** Those that one would have expected to be faster. */
  const outpaced = (taken: ReadyEngine): string => {
    const expected = engines.slice(
      0,
      engines.findIndex(({ name }) => name === taken.name),
    );
    const slower = expected.filter((engine) => speedOf(engine) !== null && !isPassedOver(engine.name));
    const times = slower.map(
      (engine) => `${((speedOf(taken) ?? 0) / (speedOf(engine) ?? 1)).toFixed(1)} times as fast here as ${engine.name}`,
    );
    return times.length === 0 ? '' : ` Measured ${times.join(', ')}.`;
  };
  const isPassedOver = (name: string): boolean => passedOver.some(({ engine }) => engine === name);
  for (const candidate of candidates) {
    try {
      const isProven = choice !== 'auto' || !candidate.isNative;
      const engine = await (isProven ? candidate.start() : startTrusted(candidate));
      return {
        engine,
        decision: { reason: reasonFor(choice, engine, passedOver.length) + outpaced(engine), passedOver },
      };
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
