/** Training, wherever it runs: a thread, a process, a window, or inline in tests. */
import type { EngineDecision } from '../../core/engine-check.ts';
import type { TrainedHead } from '../../core/influence/trained-head.ts';
import type { NamedParameters } from '../../core/network-export/network-file.ts';
import type { RunSettings } from '../../core/reweight/run-settings.ts';
import type { RunScores } from '../../core/ranking/run-scores.ts';
import type { EpochMetrics, EpochSignals } from '../../core/reweight/signals.ts';

/** Everything a run needs, in plain and shared memory: the worker never sees the project or a file. */
export interface TrainingJob {
  readonly settings: RunSettings;
  readonly classCount: number;
  readonly sampleCount: number;
  /** `vectors`: float32 [N, D]. `pixels`: uint8 RGB [N, size, size, 3]. */
  readonly inputs:
    | { readonly kind: 'vectors'; readonly buffer: SharedArrayBuffer; readonly dimensions: number }
    | { readonly kind: 'pixels'; readonly buffer: SharedArrayBuffer; readonly size: number };
  /** Class index per sample [N]: the trusted label of trusted samples, the corrected or given label of the others. */
  readonly labels: Int32Array;
  /** Sample indices (not ids) of the trusted set. They are trained on too, and never scored as suspects. */
  readonly trusted: Uint32Array;
  /** Holds no trusted sample out of training: for experiments, which have a test set of their own. */
  readonly usesAllTrusted?: boolean;
  /** Does not ask what the trusted set thinks where the method does not: for experiments, whose baselines are then as fast as plain training. */
  readonly isUnmonitored?: boolean;
  /** Factor of each class's weights, [K], in place of 1 / N_c with the method `proportion`: for experiments in which the noise is known. */
  readonly classFactors?: Float64Array;
  /** State to go on from, as `EpochDone.checkpoint` gave it. */
  readonly checkpoint: Uint8Array | null;
}

/** A full state each time: a missed one does no harm. Sent at most ten times a second. */
export interface TrainingProgress {
  readonly kind: 'progress';
  readonly phase: 'loading' | 'training' | 'ranking';
  readonly engine: string;
  readonly device: string;
  /** Why this engine, and why none of the better ones. */
  readonly decision: EngineDecision;
  /** What the engine holds. */
  readonly memoryBytes: number;
  readonly epochIndex: number;
  readonly epochCount: number;
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly examplesPerSecond: number;
  readonly secondsLeft: number | null;
  /** Means over the steps since the epoch began. */
  readonly trainingLoss: number | null;
  readonly trustedLoss: number | null;
  readonly isPaused: boolean;
}

export interface EpochDone {
  readonly kind: 'epoch-done';
  readonly metrics: EpochMetrics;
  readonly signals: EpochSignals;
  /** Everything needed to go on as if never interrupted: parameters, optimiser, generator states, running means. */
  readonly checkpoint: Uint8Array;
}

export interface TrainingFinished {
  readonly kind: 'finished';
  readonly scores: RunScores;
  /** Null for networks that are trained on pictures. */
  readonly head: TrainedHead | null;
  /** Parameters by name, of networks that are trained on pictures; null for `head`. */
  readonly parameters: NamedParameters | null;
  /** Engine, device and library versions as they really were. */
  readonly versions: Readonly<Record<string, string>>;
}

export type TrainingEvent = TrainingProgress | EpochDone | TrainingFinished;

export interface TrainingHandle {
  pause(): void;
  resume(): void;
  /** Ends the run at the next step; the events then reject with code `cancelled`. Kills a worker that does not answer in 10 s. */
  cancel(): void;
  /** Ends after `finished`; throws `worker-crashed`, `loss-not-finite`, `engine-unavailable` and so on. The producer is at most one epoch ahead of the consumer. */
  readonly events: AsyncIterable<TrainingEvent>;
}

export interface TrainingRunner {
  start(job: TrainingJob): TrainingHandle;
}
