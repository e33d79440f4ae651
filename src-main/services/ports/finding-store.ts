/** Where the findings of the check of the pictures are kept. */
import type { ProblemKind, SampleId } from '../../core/dataset/sample.ts';

/** One remark on one sample. */
export interface Finding {
  readonly sampleId: SampleId;
  readonly kind: ProblemKind;
  /** The picture it is nearly the same as. */
  readonly otherSampleId: SampleId | null;
  /** Similarity in [0, 1], or the measure that is odd; see `core/pictures/measure-picture.ts`. */
  readonly value: number;
}

export interface FindingCheck {
  readonly checkedAtMs: number;
  readonly images: number;
  /** False where there were no embeddings, so that pairs were found by their pictures alone. */
  readonly hadVectors: boolean;
  /** Of the import that was checked. */
  readonly importRevision: number;
  /** Kinds that so many pictures had that they say nothing about one. */
  readonly leftOut: readonly ProblemKind[];
}

export interface FindingStore {
  /** Null before the first check. */
  check(): FindingCheck | null;
  /** Ordered by sample. */
  all(): readonly Finding[];
  of(sampleId: SampleId): readonly Finding[];
  /** The findings of a new check in place of the old ones, whole or not at all. */
  replace(check: FindingCheck, findings: readonly Finding[]): void;
}
