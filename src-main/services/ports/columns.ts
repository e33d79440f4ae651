/** Many rows as parallel arrays: what storage hands out where a million objects would be too slow and too large. */
import type { SampleId } from '../../core/dataset/sample.ts';

/** Samples, ordered by id. */
export interface SampleColumns {
  readonly ids: Uint32Array;
  readonly givenClassIds: Uint16Array;
}

/** Verdicts, ordered by sample id. Class 0 stands for none. */
export interface VerdictColumns {
  readonly ids: Uint32Array;
  /** 0 for none, otherwise 1 + the index in `decisionKinds`. */
  readonly decisions: Uint8Array;
  /** With decision `relabel` or `both`. */
  readonly correctedClassIds: Uint16Array;
  readonly trustedClassIds: Uint16Array;
}

/** What a run trains on, in the run's own order. */
export interface RunInputs {
  readonly sampleIds: readonly SampleId[];
  /** Class index per sample. */
  readonly labels: Int32Array;
  /** Sample indices of the trusted set, ascending. */
  readonly trusted: Uint32Array;
}
