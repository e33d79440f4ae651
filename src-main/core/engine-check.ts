/** What an engine's self-check found out on this machine, and what follows for the choice of one. */
import { engineChoices } from './reweight/run-settings.ts';
import type { EngineChoice } from './reweight/run-settings.ts';

export type EngineName = Exclude<EngineChoice, 'auto'>;

export const engineNames: readonly EngineName[] = engineChoices.filter((choice) => choice !== 'auto');

/** Those that can also compute in a hidden window of the desktop app: in Chromium, with its graphics card or its threads. */
export type WindowEngine = Extract<EngineName, 'webgpu' | 'wasm'>;

/** Why a run computes on the engine that it computes on. */
export interface EngineDecision {
  /** One line: why this one. */
  readonly reason: string;
  /** Those that would be better, best first: why each was passed over, and what would enable it. */
  readonly passedOver: readonly { readonly engine: string; readonly reason: string }[];
}

/** The whole of it in one line. */
export function explainDecision({ reason, passedOver }: EngineDecision): string {
  return [reason, ...passedOver.map((other) => `Not ${other.engine}: ${other.reason}`)].join(' ');
}

/** One comparison against float64. */
export interface CheckFinding {
  /** "convolution 1x1 stride 2", "L2RW step: alignments". */
  readonly name: string;
  /** Largest difference, relative to the largest expected value; infinite where something was not a number. */
  readonly error: number;
  /** What float32 arithmetic may lose there. */
  readonly tolerance: number;
}

export interface EngineCheck {
  readonly engine: EngineName;
  readonly device: string;
  /** Package name to version: a check holds for these alone. */
  readonly versions: Readonly<Record<string, string>>;
  readonly passed: boolean;
  /** In one line what is wrong; null where it passed. */
  readonly failure: string | null;
  /** Why `auto` passes it over although it computes correctly. */
  readonly reservation?: string | undefined;
  readonly findings: readonly CheckFinding[];
  readonly speed: {
    /** Billions of multiplications and additions a second in a convolution 3x3, forward. */
    readonly convolutionGflops: number;
    /** Examples a second in an L2RW step of the small network on 32x32 images, B = M; null where a step would take too long. */
    readonly examplesPerSecond: number | null;
    /** The same of the head on vectors of 256 dimensions, where starting an operation takes longer than computing it. */
    readonly vectorsPerSecond: number | null;
  };
  /** Of the process, after the check. */
  readonly memoryBytes: number;
  readonly durationMs: number;
}

/** What a run trains on. The engine that is fastest with one may be slow with the other. */
export type InputKind = 'vectors' | 'pixels';

/** Examples a second with such inputs; null where that was not measured, or is too slow to measure. */
export function speedWith(inputs: InputKind, { speed }: EngineCheck): number | null {
  return inputs === 'vectors' ? speed.vectorsPerSecond : speed.examplesPerSecond;
}

/** Less is within what a busy machine does to a measurement of a second. */
const clearlyFaster = 1.25;

/**
 * `engines` come in the order in which one would expect them to be fast; one that measured clearly faster than those in front of it is moved
 * before them. What was not measured stays where it is.
 */
export function fastestFirst<E>(engines: readonly E[], speedOf: (engine: E) => number | null): readonly E[] {
  const order: E[] = [];
  for (const engine of engines) {
    const speed = speedOf(engine) ?? 0;
    const isSlower = (other: E): boolean => speed > clearlyFaster * (speedOf(other) ?? Number.POSITIVE_INFINITY);
    let place = order.length;
    for (let i = order.length - 1; i >= 0; i--) {
      const other = order[i];
      if (other !== undefined && isSlower(other)) place = i;
    }
    order.splice(place, 0, engine);
  }
  return order;
}
