/** The user's verdicts, and the journal that makes every one of them undoable. */
import type { ClassId, SampleId } from './sample.ts';

export const decisionKinds = ['keep', 'drop', 'relabel', 'unsure', 'both', 'neither'] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/**
 * What the user decided about a sample.
 *
 * - `relabel`: the label is wrong, `classId` is right.
 * - `both`: the label is right, and so is `classId`. The sample keeps its label; an export names the other one beside it.
 * - `neither`: the label is wrong and no class of the dataset fits. The sample is left out, like a dropped one, for another reason.
 */
export type Decision =
  | { readonly kind: 'keep' | 'drop' | 'unsure' | 'neither' }
  | { readonly kind: 'relabel' | 'both'; readonly classId: ClassId };

/** The class that a decision names; null for those that name none. */
export function namedClass(decision: Decision | null): ClassId | null {
  return decision !== null && 'classId' in decision ? decision.classId : null;
}

/** Whether the sample leaves the dataset. */
export function leavesDataset(kind: DecisionKind | null): boolean {
  return kind === 'drop' || kind === 'neither';
}

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
  /** In words, for the log and the undo button: "Dropped 3 images". */
  readonly title: string;
  readonly createdAtMs: number;
  readonly changeCount: number;
  /** `done` entries are in force, `undone` ones can be redone, `superseded` ones were undone before another action. */
  readonly state: 'done' | 'undone' | 'superseded';
}

export const noVerdict: Verdict = { decision: null, trustedClassId: null };

/** The label a sample leaves with: trusted before corrected before given; null when it is left out. */
export function finalClassId(givenClassId: ClassId, verdict: Verdict): ClassId | null {
  if (leavesDataset(verdict.decision?.kind ?? null)) return null;
  if (verdict.decision?.kind === 'relabel') return verdict.decision.classId;
  return verdict.trustedClassId ?? givenClassId;
}
