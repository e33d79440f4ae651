/** Where audits are kept: draws with their probabilities, and judgements of the drawn images. */
import type { RunId, SampleId } from '../../core/dataset/sample.ts';

/** One draw; the same sample may be drawn more than once. */
export interface AuditDraw {
  readonly sampleId: SampleId;
  /** How probable it was that the draw falls on this sample, in (0, 1]. */
  readonly probability: number;
}

/** Draws made at one time, in the order in which they are shown. */
export interface AuditBatchRecord {
  readonly id: number;
  /** The run whose ranking they were drawn from. */
  readonly runId: RunId;
  readonly drawnAtMs: number;
  readonly draws: readonly AuditDraw[];
}

export interface AuditStore {
  /** Oldest first. */
  batches(): readonly AuditBatchRecord[];
  addBatch(runId: RunId, draws: readonly AuditDraw[], nowMs: number): void;
  /** Per judged sample: whether its given label is wrong. */
  judgements(): ReadonlyMap<SampleId, boolean>;
  /** All or none; a later judgement of the same sample replaces the earlier one. */
  judge(judgements: ReadonlyMap<SampleId, boolean>, nowMs: number): void;
  /** Takes judgements back; all or none. */
  forget(sampleIds: readonly SampleId[]): void;
}
