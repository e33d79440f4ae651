/** Projects and their folders: how one stands, what an import found, backups and repairs. Part of payloads.ts. */
import type { DecisionKind } from '../core/dataset/decision.ts';
import type { ClassId, Problem, ProblemKind, RunId } from '../core/dataset/sample.ts';
import type { FileKind } from './file-kinds.ts';
import type { RunSummary } from './run-payloads.ts';

/** Handle of an open project, made by `project/open`; the same folder always has the same one. */
export type ProjectId = string & { readonly brand: 'ProjectId' };

export type LabelSpec =
  | { readonly kind: 'folders' }
  | { readonly kind: 'csv'; readonly file: string }
  | { readonly kind: 'jsonl'; readonly file: string };

export interface RecentProject {
  readonly folder: string;
  readonly name: string;
  readonly openedAtMs: number;
  /** False where the folder is not there any more. */
  readonly isPresent: boolean;
}

/** One line per concern of a project: what the left column and `touchstone status` show. */
export interface ProjectStatus {
  readonly projectId: ProjectId;
  readonly folder: string;
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly source: { readonly folder: string; readonly labels: LabelSpec } | null;
  readonly samples: { readonly present: number; readonly gone: number };
  readonly problems: number;
  readonly classes: readonly ClassCounts[];
  readonly trusted: { readonly total: number; readonly smallestPerClass: number; readonly targetPerClass: number };
  readonly runs: { readonly total: number; readonly finished: number; readonly latest: RunSummary | null };
  readonly decisions: Readonly<Record<DecisionKind, number>>;
  readonly undo: { readonly title: string } | null;
  readonly redo: { readonly title: string } | null;
  readonly cacheBytes: number;
}

export interface ClassCounts {
  readonly classId: ClassId;
  readonly name: string;
  /** Samples present with this given label, and how they stand. */
  readonly given: number;
  readonly trusted: number;
  /** With `both`. */
  readonly kept: number;
  readonly relabelled: number;
  /** With `neither`. */
  readonly dropped: number;
  readonly unsure: number;
}

export interface ImportPreview {
  readonly folder: string;
  readonly recognisedAs: string;
  readonly files: number;
  readonly classes: readonly { readonly name: string; readonly files: number }[];
  readonly problems: readonly Problem[];
}

export interface ImportReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly gone: number;
  readonly samples: number;
  readonly classes: readonly ClassCounts[];
  /** Largest class over smallest, by samples present. */
  readonly imbalance: number | null;
  /** Classes with too few samples to be judged well. */
  readonly rareClasses: readonly { readonly name: string; readonly samples: number }[];
  readonly problems: readonly Problem[];
  readonly problemCounts: Readonly<Partial<Record<ProblemKind, number>>>;
}

export interface FolderListing {
  readonly folder: string;
  readonly parent: string | null;
  readonly entries: readonly { readonly name: string; readonly kind: 'folder' | 'project' | FileKind }[];
}

/** A copy of a project's file. */
export interface BackupView {
  readonly name: string;
  readonly number: number;
  readonly madeAtMs: number;
  /** `migration`: before the file was brought to a newer format; `restore`: what a restored backup took the place of. */
  readonly reason: 'daily' | 'migration' | 'restore' | 'asked';
  readonly sizeBytes: number;
}

/** What a check of a project found, and what was done about it. */
export interface RepairReport {
  readonly folder: string;
  /** As it was found. */
  readonly file: {
    readonly state: 'sound' | 'damaged' | 'unreadable' | 'missing';
    readonly findings: readonly string[];
  };
  /** Null where there was no need, or where nothing was to be changed. */
  readonly rescue: {
    readonly tables: readonly {
      readonly table: string;
      readonly read: number;
      readonly fromBackup: number;
      readonly hasLosses: boolean;
    }[];
    readonly backup: string | null;
    readonly keptAs: string;
  } | null;
  /** Name of the backup that was put in place. */
  readonly restored: string | null;
  readonly images: {
    readonly folder: string;
    readonly known: number;
    /** Found under another name or in another place; their labels and decisions stay. */
    readonly relinked: number;
    readonly relinkedExamples: readonly { readonly from: string; readonly to: string }[];
    readonly missing: number;
    readonly missingExamples: readonly string[];
  } | null;
  /** Runs that could go on if their last state were not lost. */
  readonly lostCheckpoints: readonly RunId[];
  readonly removedFiles: readonly string[];
  readonly cacheBytesFreed: number;
  readonly backups: readonly BackupView[];
  /** What was done and what is left to do, a sentence each. */
  readonly remarks: readonly string[];
}
