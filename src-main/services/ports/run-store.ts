/** Trainings: settings, epochs, signals and the ranked lists. */
import type { Verdict } from '../../core/dataset/decision.ts';
import type { ClassId, RunId, Sample, SampleId } from '../../core/dataset/sample.ts';
import type { RunSettings } from '../../core/reweight/run-settings.ts';
import type { RunScores, ScoreName } from '../../core/ranking/run-scores.ts';
import type { EpochMetrics, EpochSignals } from '../../core/reweight/signals.ts';
import type { RunInputs } from './columns.ts';

export type RunStatus = 'running' | 'paused' | 'finished' | 'failed' | 'cancelled' | 'interrupted';

export interface Run {
  readonly id: RunId;
  readonly status: RunStatus;
  readonly settings: RunSettings;
  /** Class ids in the order of the network's outputs. */
  readonly classIds: readonly ClassId[];
  /** What computed it: engine, library and app versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  readonly epochsDone: number;
  readonly trustedCount: number;
  readonly failure: string | null;
}

/** A sample with its verdict and the scores of one run. */
export interface RankedSample {
  readonly sample: Sample;
  readonly verdict: Verdict;
  /** From 1, the most suspicious first, within the list that was asked for. */
  readonly scores: Readonly<Record<ScoreName, number>>;
  readonly visits: number;
  readonly suggestedClassId: ClassId;
  readonly suggestedProbability: number;
}

export interface RankQuery {
  readonly runId: RunId;
  readonly by: ScoreName;
  readonly classId?: ClassId | undefined;
  readonly limit: number;
  /** Keyset: the list goes on behind (or, for `before`, ends in front of) this score and id. */
  readonly after?: { readonly score: number; readonly id: SampleId } | undefined;
  readonly before?: { readonly score: number; readonly id: SampleId } | undefined;
}

/** One sample's signals in one epoch of a run. */
export interface SampleEpoch {
  readonly epochIndex: number;
  readonly visits: number;
  readonly weight: number;
  readonly alignment: number;
  readonly cosine: number;
  readonly harm: number;
  readonly margin: number;
  readonly loss: number;
  readonly probability: number;
  readonly predictedClassId: ClassId;
}

export interface RunStore {
  /**
   * sampleIds: the run's samples in the order of every array that the run produces. The labels and trusted marks are kept too, so
   * that a resumed run trains on what it began with, whatever was decided since.
   */
  create(
    run: Pick<Run, 'settings' | 'classIds' | 'versions' | 'trustedCount'> & {
      readonly sampleIds: readonly SampleId[];
      readonly labels: Int32Array;
      readonly trusted: Uint32Array;
    },
    nowMs: number,
  ): Run;
  byId(id: RunId): Run | null;
  /** Newest first. */
  all(): readonly Run[];
  /** The newest finished run: what ranking uses unless told otherwise. */
  latestFinished(): Run | null;
  sampleIds(id: RunId): readonly SampleId[];
  /** What the run was created with. */
  inputs(id: RunId): RunInputs;
  /** Adds to, or replaces in, the versions that the run was created with: what the engine reports when it has finished. */
  addVersions(id: RunId, versions: Readonly<Record<string, string>>): void;
  setStatus(id: RunId, status: RunStatus, nowMs: number, failure?: string): void;
  /**
   * Writes an epoch's rows in several short transactions (the caller's event loop runs between them) and, last, the row that
   * makes the epoch count together with its checkpoint's file name. Rows of an epoch that never got that row are ignored
   * and replaced.
   */
  writeEpoch(id: RunId, metrics: EpochMetrics, signals: EpochSignals, checkpointFile: string): Promise<void>;
  epochs(id: RunId): readonly EpochMetrics[];
  /** File name of the newest complete epoch's checkpoint. */
  checkpointFile(id: RunId): string | null;
  writeScores(id: RunId, scores: RunScores): Promise<void>;
  /** The scores of every sample in the order of `sampleIds`, or null before `writeScores`. A million samples take well under a second. */
  scores(id: RunId): Promise<RunScores | null>;
  /** How many of the run's epochs were informative (core/ranking/plateau.ts); null before `writeScores`, and where it was not watched. */
  plateau(id: RunId): number | null;
  ranked(query: RankQuery): readonly RankedSample[];
  scoresOf(id: RunId, sampleId: SampleId): RankedSample | null;
  history(id: RunId, sampleId: SampleId): readonly SampleEpoch[];
}
