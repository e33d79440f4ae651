/** Writing an export. */
import type { LongCallOptions } from './long-calls.ts';

export interface ExportItem {
  readonly sourcePath: string;
  /** Relative to the export folder, `/` on every system; for manifests only, the same as sourcePath. */
  readonly targetPath: string;
  readonly contentHash: string;
  /** Columns of the manifest, in order. */
  readonly row: Readonly<Record<string, string | number | null>>;
}

export type ExportFormat = 'folders' | 'csv' | 'jsonl';

export type LinkKind = 'copy' | 'hard' | 'symbolic';

export interface ExportPlan {
  readonly datasetFolder: string;
  readonly targetFolder: string;
  readonly format: ExportFormat;
  readonly link: LinkKind;
  readonly items: readonly ExportItem[];
  /** Every sample's row, dropped ones included; becomes manifest.csv. */
  readonly manifest: readonly Readonly<Record<string, string | number | null>>[];
}

/** Where one file of an export goes. */
export interface PlannedName {
  /** Relative to the export folder, `/` on every system. */
  readonly targetPath: string;
  /** Why the name differs from `<class>/<file name>`, in words; null where it does not. */
  readonly renamedBecause: string | null;
}

export interface DatasetWriter {
  /**
   * Names for class folders of the given final labels that every file system can hold, in the order of `files`. Pure: touches no file.
   */
  planNames(files: readonly { readonly path: string; readonly label: string }[]): readonly PlannedName[];
  /** Refuses unsuitable folders before anything is written (`export-folder-not-empty`, `export-overlaps-source`). */
  checkTarget(datasetFolder: string, projectFolder: string, targetFolder: string): Promise<void>;
  /** Writes beside, verifies each file by hash, then renames: a kill leaves a folder whose name says that it is incomplete. */
  write(
    plan: ExportPlan,
    options?: LongCallOptions,
  ): Promise<{ readonly filesWritten: number; readonly bytesWritten: number }>;
}
