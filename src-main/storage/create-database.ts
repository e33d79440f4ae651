/** Makes a new project file so that a kill leaves either a whole one or none. */
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { TouchstoneError } from '../core/errors.ts';
import { hasSystemCode, withTranslatedFolderErrors } from './folder-error.ts';
import { migrate } from './migrate.ts';
import { withTranslatedErrors } from './sqlite-error.ts';

/**
 * Makes the folder where needed. Throws `project-exists`, and what the file system reports as `permission-denied`, `disk-full` or
 * `file-system`.
 */
export function createDatabase(file: string, name: string, nowMs: number): void {
  refuseExisting(file);
  withTranslatedFolderErrors(`A project cannot be made in ${dirname(file)}`, () => {
    mkdirSync(dirname(file), { recursive: true });
    const unfinished = resolve(dirname(file), `.project-${process.pid}.unfinished`);
    try {
      withTranslatedErrors(file, () => build(unfinished, name, nowMs));
      publish(unfinished, file);
    } finally {
      rmSync(unfinished, { force: true });
    }
  });
}

function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw projectExists(file);
}

function projectExists(file: string): TouchstoneError {
  return new TouchstoneError(
    'project-exists',
    `${dirname(file)} already holds a Touchstone project. Open it, or choose another folder.`,
    { details: { folder: dirname(file) } },
  );
}

function build(file: string, name: string, nowMs: number): void {
  rmSync(file, { force: true });
  const database = new Database(file);
  try {
    migrate(database);
    database.prepare('INSERT INTO project (id, name, created_at_ms) VALUES (1, ?, ?)').run(name, nowMs);
  } finally {
    database.close();
  }
}

/** Gives the finished file its name. A hard link, unlike a rename, never replaces a file that came there in the meantime. */
function publish(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if (hasSystemCode(error, 'EEXIST')) throw projectExists(file);
    // File systems without hard links (FAT, some network drives).
    renameSync(unfinished, file);
  }
  syncFolder(dirname(file));
}

/** Makes the new name survive a power cut. Windows can neither open a folder nor needs to. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
