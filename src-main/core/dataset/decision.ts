/** The user's verdicts, and the journal that makes every one of them undoable. */
import type { ClassId, SampleId } from './sample.ts';

export const decisionKinds = ['keep', 'drop', 'relabel', 'unsure'] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** What the user decided about a sample. `relabel` carries the corrected label; the others do not. */
export type Decision =
  { readonly kind: 'keep' | 'drop' | 'unsure' } | { readonly kind: 'relabel'; readonly classId: ClassId };

/** Everything the user has said about one sample. Null: nothing yet. */
export interface Verdict {
  readonly decision: Decision | null;
  /** The verified label, where the sample belongs to the trusted set. */
  readonly trustedClassId: ClassId | null;
}

/** One change of one sample's verdict, complete enough to be undone. */
export interface VerdictChange {
  readonly sampleId: SampleId;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** One user action: on one sample or on many, undone and redone as a whole. Entries are never changed or deleted. */
export interface JournalEntry {
  readonly id: number;
  /** In words, for the log and the undo button: "drop 3 images". */
  readonly title: string;
  readonly createdAtMs: number;
  readonly changeCount: number;
  /** `done` entries are in force, `undone` ones can be redone, `superseded` ones were undone before another action. */
  readonly state: 'done' | 'undone' | 'superseded';
}

export const noVerdict: Verdict = { decision: null, trustedClassId: null };

/** The label a sample leaves with: trusted before corrected before given; null when it is dropped. */
export function finalClassId(givenClassId: ClassId, verdict: Verdict): ClassId | null {
  if (verdict.decision?.kind === 'drop') return null;
  if (verdict.decision?.kind === 'relabel') return verdict.decision.classId;
  return verdict.trustedClassId ?? givenClassId;
}
