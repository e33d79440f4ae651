/** A sample as pages and commands see it. Part of payloads.ts. */
import type { DecisionKind } from '../core/dataset/decision.ts';
import type { ClassId, Presence, SampleId } from '../core/dataset/sample.ts';

/** A sample with what the user said of it. */
export interface SampleView {
  readonly id: SampleId;
  readonly path: string;
  readonly contentHash: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly presence: Presence;
  readonly givenClassId: ClassId;
  readonly trustedClassId: ClassId | null;
  readonly decision: DecisionKind | null;
  /** The right label, with decision `relabel`; the other right one, with `both`. */
  readonly correctedClassId: ClassId | null;
}
