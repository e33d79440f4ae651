/** Project folders, and the stores of an open one. */
import type { AuditStore } from './audit-store.ts';
import type { FindingStore } from './finding-store.ts';
import type { SelfTestStore } from './self-test-store.ts';
import type { MapStore } from './map-store.ts';
import type { BackupFile } from './project-repair.ts';
import type { RunStore } from './run-store.ts';
import type { SampleStore } from './sample-store.ts';
import type { VerdictStore } from './verdict-store.ts';

/** Where the images are and how their labels were read; null before the first import. */
export interface DatasetSource {
  /** Absolute path of the imported folder. */
  readonly folder: string;
  readonly labels: LabelSource;
}

/** `folders`: the folder an image lies in. `csv` and `jsonl`: a manifest with a path and a label per line. */
export type LabelSource = { readonly kind: 'folders' } | { readonly kind: 'csv' | 'jsonl'; readonly file: string };

export interface ProjectInfo {
  /** Absolute path of the project's folder. */
  readonly folder: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly source: DatasetSource | null;
  /** True where the file was damaged or not writable: everything can be read, nothing changed. */
  readonly isReadOnly: boolean;
}

export interface OpenProjectOptions {
  /** Reads a copy of the project's file, so that nothing is locked or written in its folder. */
  readonly readOnly?: boolean;
}

/** Creates and opens project folders. */
export interface ProjectFiles {
  /** Refuses a folder that already holds a project (`project-exists`). */
  create(folder: string, name: string): ProjectStores;
  /** `project-not-found`, `project-newer-than-app`, `project-locked`, `project-damaged`. */
  open(folder: string, options?: OpenProjectOptions): ProjectStores;
}

/** One open project. The stores share one connection. */
export interface ProjectStores {
  readonly info: ProjectInfo;
  readonly samples: SampleStore;
  readonly verdicts: VerdictStore;
  readonly runs: RunStore;
  readonly audits: AuditStore;
  readonly findings: FindingStore;
  readonly maps: MapStore;
  readonly selfTests: SelfTestStore;
  /** Another number whenever another process has changed the project; cheap enough to be asked before each answer. */
  dataVersion(): number;
  /** Oldest first. */
  backups(): readonly BackupFile[];
  /** Copies the project's file while it is in use, and keeps the last seven copies. `disk-full`, `project-damaged`, `file-system`. */
  backUp(reason: BackupFile['reason'], nowMs: number): Promise<string>;
  /** When the project's file last changed, by the file system's clock. */
  changedAtMs(): number;
  setSource(source: DatasetSource): void;
  setName(name: string): void;
  close(): void;
}
