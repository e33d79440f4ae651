/** What the user decided about samples, and the journal that undo and redo read. */
import type { Decision, JournalEntry, Verdict, VerdictChange } from '../../core/dataset/decision.ts';
import type { ClassId, SampleId } from '../../core/dataset/sample.ts';
import type { VerdictColumns } from './columns.ts';

/** One side of an entry's changes put in force, by doing, undoing or redoing it. */
export interface JournalStep {
  readonly id: number;
  readonly entryId: number;
  readonly side: 'before' | 'after';
}

export interface VerdictStore {
  byId(id: SampleId): Verdict;
  /** Of those that have one. */
  byIds(ids: readonly SampleId[]): ReadonlyMap<SampleId, Verdict>;
  /** Of every sample that has one. */
  all(): ReadonlyMap<SampleId, Verdict>;
  /** The first `limit` verdicts behind sample `afterId` (0: from the start), ordered by sample id. */
  columns(afterId: number, limit: number): VerdictColumns;
  trusted(): ReadonlyMap<SampleId, ClassId>;
  decisions(): ReadonlyMap<SampleId, Decision>;
  /** Writes the changes and their journal entry in one transaction; redoable entries become superseded. */
  apply(title: string, changes: readonly Omit<VerdictChange, 'before'>[], nowMs: number): JournalEntry;
  /** Takes back the newest entry in force; null when there is none. */
  undo(nowMs: number): JournalEntry | null;
  redo(nowMs: number): JournalEntry | null;
  /** What `undo` and `redo` would act on. */
  nextUndo(): JournalEntry | null;
  nextRedo(): JournalEntry | null;
  /** Newest first. */
  journal(limit: number): readonly JournalEntry[];
  changesOf(entryId: number): readonly VerdictChange[];
  /** Id of the newest step, 0 before the first: where one who reads the verdicts now stands. */
  latestStep(): number;
  /** What happened since, in its order, in whichever process. Taking the steps again over later verdicts ends with the same verdicts. */
  stepsAfter(stepId: number): readonly JournalStep[];
}
