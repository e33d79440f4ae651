/** Training runs: their settings, how far one is, what it came to. Part of payloads.ts. */
import type { ClassId, RunId } from '../core/dataset/sample.ts';
import type { EngineDecision } from '../core/engine-check.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type { EpochMetrics } from '../core/reweight/signals.ts';
import type { SampleView } from './sample-payloads.ts';

export interface RunSummary {
  readonly runId: RunId;
  readonly status: 'running' | 'paused' | 'finished' | 'failed' | 'cancelled' | 'interrupted';
  readonly settings: RunSettings;
  readonly versions: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  readonly epochsDone: number;
  readonly trustedCount: number;
  readonly failure: string | null;
  /** After how many epochs the weights stopped telling wrong labels from right ones; null before the run has finished, and in older runs. */
  readonly plateau: number | null;
}

export interface RunDetail extends RunSummary {
  readonly epochs: readonly EpochMetrics[];
}

export interface TrainingDefaults {
  readonly settings: RunSettings;
  /** Rough seconds on this machine, from earlier runs or a table; null where nothing is known. */
  readonly estimatedSeconds: number | null;
  readonly warnings: readonly string[];
}

export interface BackboneComparison {
  /** Trusted images that the candidates were tried on, each predicted from all the others. */
  readonly images: number;
  readonly candidates: readonly {
    readonly backbone: string;
    readonly imageSize: number;
    readonly right: number;
    /** Share of right predictions, in [0, 1]. */
    readonly accuracy: number;
  }[];
  /** The backbone to train with in place of the usual one; null where that one does as well. */
  readonly proposed: string | null;
}

/** Live numbers of a training job, beside its progress. */
export interface TrainingState {
  readonly runId: RunId;
  readonly phase: 'preparing' | 'loading' | 'training' | 'ranking';
  readonly engine: string | null;
  readonly device: string | null;
  /** Why this engine, and why none of the better ones; null until it has started. */
  readonly decision: EngineDecision | null;
  /** What the engine holds. */
  readonly memoryBytes: number | null;
  readonly epochIndex: number;
  readonly epochCount: number;
  readonly examplesPerSecond: number | null;
  readonly trainingLoss: number | null;
  readonly trustedLoss: number | null;
  readonly isPaused: boolean;
  /** Of the epochs finished so far in this run. */
  readonly epochs: readonly EpochMetrics[];
  /** The most suspicious so far, the worst first; empty until the first epoch is done. */
  readonly suspects: readonly LiveSuspect[];
}

/** A sample that looks suspicious while the run still trains. */
export interface LiveSuspect {
  readonly sample: SampleView;
  /** The label that it is trained on. */
  readonly classId: ClassId;
  /** What the network answered in the last epoch. */
  readonly answeredClassId: ClassId;
}
