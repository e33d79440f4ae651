/** What is known of the pictures beside their labels: their problems, their places on the map; and what a self-test says. Part of payloads.ts. */
import type { ProblemKind, RunId } from '../core/dataset/sample.ts';

/** What is known of problems of samples. */
export interface ProblemSummary {
  /** When the pictures were last checked; null before the first check. */
  readonly checkedAtMs: number | null;
  readonly images: number;
  /** Whether embeddings took part: without them near-duplicates are found by their pictures alone. */
  readonly hadVectors: boolean;
  /** False where pictures were imported since. */
  readonly isCurrent: boolean;
  /** Remarks on samples by kind, those of the import included. */
  readonly counts: Readonly<Partial<Record<ProblemKind, number>>>;
  /** Kinds that more than a third of all pictures had: a property of the domain, not a problem. */
  readonly leftOut: readonly ProblemKind[];
}

/** Every image on the map of the embeddings, as little-endian arrays in base64: a hundred thousand are 1.3 MB. */
export interface MapPoints {
  readonly madeAtMs: number;
  readonly count: number;
  /** Present images that are not on it. */
  readonly missing: number;
  /** uint32 [N]. */
  readonly sampleIds: string;
  /** x and y, uint16 [N, 2]: 65535 is 1. */
  readonly points: string;
  /** uint16 [N]. */
  readonly givenClassIds: string;
  /** uint8 [N]: 0 for none, otherwise 1 + the index in `decisionKinds`; 255 for trusted. */
  readonly decisions: string;
  /** Place in the ranking by suspicion, uint8 [N]: 0 the most suspicious, 254 the least; 255 for what is no suspect. */
  readonly suspicion: string;
}

/** What a self-test with planted errors says. Ranges: real errors may be easier or harder than planted ones. Shares are in [0, 1]. */
export interface SelfTestReport {
  readonly runId: RunId;
  /** How many errors were planted as the noise matrix says, as ones that look like their wrong label, and with any other label. */
  readonly planted: { readonly fromMatrix: number; readonly hard: number; readonly uniform: number };
  /** As many images as the run expects wrong labels among those that were not reviewed. */
  readonly cut: number;
  /** Share of the errors that stand within the first `cut` images. */
  readonly recall: { readonly low: number; readonly high: number };
  /** Expected share of wrong labels among the next 50 images to review. */
  readonly precisionOfNext: { readonly low: number; readonly high: number };
  /** Images still to be reviewed, from the top, to meet 90 % of the errors. */
  readonly reviewForMost: { readonly low: number; readonly high: number };
}
