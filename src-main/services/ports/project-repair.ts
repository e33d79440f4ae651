/** What looks after a project's file: copies of it, checks, and rescue of what a damaged one still holds. */

/** A copy of the project file. */
export interface BackupFile {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  /** Grows with each copy, whatever the clock says. */
  readonly number: number;
  readonly madeAtMs: number;
  /** `restore`: the file that a restored backup took the place of. */
  readonly reason: 'daily' | 'migration' | 'restore' | 'asked';
  readonly sizeBytes: number;
}

/** What a complete look at a project file found. */
export interface FileCheck {
  /** `unreadable`: nothing can be had from it. `damaged`: rows may be lost. */
  readonly state: 'sound' | 'damaged' | 'unreadable' | 'missing';
  /** In words, at most a hundred; empty where it is sound. */
  readonly findings: readonly string[];
}

/** How many rows of a table were rescued, and how. */
export interface RescuedTable {
  readonly table: string;
  /** Read from the damaged file. */
  readonly read: number;
  /** Taken from the newest backup, because the file had lost them. */
  readonly fromBackup: number;
  /** True where parts of the table could not be read: what is in neither file is lost. */
  readonly hasLosses: boolean;
}

export interface Rescue {
  readonly tables: readonly RescuedTable[];
  /** Name of the backup that filled the gaps; null where none was needed or there is none. */
  readonly backup: string | null;
  /** In words: what was made anew from something else, what had to be given up. */
  readonly remarks: readonly string[];
  /** Where the damaged file lies now. */
  readonly keptAs: string;
}

/**
 * Works on a project that nobody has open. Every call throws `project-locked` where another process has it, `project-newer-than-app` where
 * the app does not know its format, and what the file system reports.
 */
export interface ProjectRepair {
  /** Oldest first. Needs no lock. */
  backups(projectFolder: string): readonly BackupFile[];
  /** Reads the whole file, a table per turn of the event loop. */
  check(projectFolder: string): Promise<FileCheck>;
  /**
   * Puts a new, sound file in the place of a damaged one: every row that SQLite can still read, then what the newest sound backup has beyond
   * that, then the verdicts anew from the journal. The damaged file is kept. Throws `project-damaged` where neither gives anything.
   */
  rescue(projectFolder: string, nowMs: number): Promise<Rescue>;
  /** Puts a backup in the place of the project file, which becomes a backup itself (or is kept as damaged). Returns where that lies. */
  restore(projectFolder: string, backupName: string, nowMs: number): string;
  /** Removes what killed processes left half-written in the project's folder; returns their names. */
  removeUnfinished(projectFolder: string): readonly string[];
}
