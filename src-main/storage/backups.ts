/**
 * Copies of the project file in `backups/`: one before each migration, one a day while the project is in use; the last seven stay.
 *
 * Names carry a number that only grows (`0007-20261121T093000Z-daily.sqlite`), so that a clock that was set back can neither hide a copy nor
 * make a new one look like the oldest.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { TouchstoneError } from '../core/errors.ts';
import type { BackupFile } from '../services/ports/project-repair.ts';
import { withTranslatedFolderErrors } from './folder-error.ts';
import { isHealthy } from './health-check.ts';
import { withTranslatedErrors } from './sqlite-error.ts';

export type BackupReason = BackupFile['reason'];

export const keptBackups = 7;

/** Pages copied between two turns of the event loop: a few milliseconds. */
const pagesPerTurn = 256;

const namePattern = /^(?<number>\d{4,})-(?<time>\d{8}T\d{6}Z)-(?<reason>daily|migration|restore|asked)\.sqlite$/;

/** Oldest first. A name that is not ours is passed over. */
export function listBackups(projectFolder: string): readonly BackupFile[] {
  const folder = backupFolder(projectFolder);
  if (!existsSync(folder)) return [];
  const found = withTranslatedFolderErrors(`The backups in ${folder} cannot be listed`, () => readdirSync(folder));
  const parsed = found.flatMap((name) => parseName(folder, name) ?? []);
  return parsed.sort((a, b) => a.number - b.number);
}

/** Copies at once, while the caller waits: for the moment before a migration, which holds the caller up too. Returns the copy's path. */
export function backUpAtOnce(
  database: Database.Database,
  projectFile: string,
  reason: BackupReason,
  nowMs: number,
): string {
  return keep(projectFile, reason, nowMs, (unfinished) => {
    // VACUUM INTO is SQLite's other way of copying a database in use, and the one of the two that better-sqlite3 offers without a promise.
    database.prepare('VACUUM INTO ?').run(unfinished);
  });
}

/**
 * Copies through SQLite's backup API, some pages per turn of the event loop; the project may be used meanwhile. Rejects with `disk-full` before
 * anything is written where the copy would not fit twice, and with `project-damaged` where the copy does not check out: the older ones then stay.
 */
export async function backUp(
  database: Database.Database,
  projectFile: string,
  reason: BackupReason,
  nowMs: number,
): Promise<string> {
  requireRoom(projectFile);
  const unfinished = unfinishedFile(projectFile);
  try {
    await database.backup(unfinished, { progress: () => pagesPerTurn });
  } catch (error) {
    rmSync(unfinished, { force: true });
    return withTranslatedErrors(projectFile, () => {
      throw error;
    });
  }
  return keep(projectFile, reason, nowMs, () => undefined);
}

function keep(projectFile: string, reason: BackupReason, nowMs: number, copy: (unfinished: string) => void): string {
  const projectFolder = dirname(projectFile);
  const unfinished = unfinishedFile(projectFile);
  try {
    withTranslatedErrors(unfinished, () => {
      copy(unfinished);
      makeStandAlone(unfinished, projectFile);
    });
    const number = (listBackups(projectFolder).at(-1)?.number ?? 0) + 1;
    const file = join(backupFolder(projectFolder), backupName(number, nowMs, reason));
    withTranslatedFolderErrors(`The backup ${file} cannot be written`, () => {
      sync(unfinished);
      renameSync(unfinished, file);
    });
    removeOldest(projectFolder);
    return file;
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + suffix, { force: true });
  }
}

/** One file without a log beside it, and sound: a damaged copy must not push out a good one. */
function makeStandAlone(file: string, projectFile: string): void {
  const database = new Database(file);
  try {
    database.pragma('trusted_schema = OFF');
    database.pragma('journal_mode = DELETE');
    if (isHealthy(database, file, statSync(file).size)) return;
  } finally {
    database.close();
  }
  throw new TouchstoneError(
    'project-damaged',
    `The copy of ${projectFile} does not check out, so the older backups were kept. Run touchstone doctor on the project.`,
    { details: { file: projectFile } },
  );
}

function removeOldest(projectFolder: string): void {
  const all = listBackups(projectFolder);
  for (const { file } of all.slice(0, Math.max(0, all.length - keptBackups))) rmSync(file, { force: true });
}

/** Room for the copy and as much again: a backup must not be what fills the disk. */
function requireRoom(projectFile: string): void {
  const projectFolder = dirname(projectFile);
  const { bavail, bsize } = statfsSync(projectFolder);
  const wanted = statSync(projectFile).size * 2;
  if (bavail * bsize >= wanted) return;
  throw new TouchstoneError(
    'disk-full',
    `There is no room in ${projectFolder} for a backup of ${Math.ceil(wanted / 2 ** 21)} MB. Make room on the disk.`,
    { details: { folder: projectFolder } },
  );
}

/** Of this process, so that two do not write into one file. Makes the folder. */
function unfinishedFile(projectFile: string): string {
  const folder = backupFolder(dirname(projectFile));
  withTranslatedFolderErrors(`A backup cannot be made in ${folder}`, () => mkdirSync(folder, { recursive: true }));
  return join(folder, `.${process.pid}.unfinished`);
}

function backupFolder(projectFolder: string): string {
  return join(projectFolder, 'backups');
}

function backupName(number: number, nowMs: number, reason: BackupReason): string {
  const time = `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return `${String(number).padStart(4, '0')}-${time}-${reason}.sqlite`;
}

function parseName(folder: string, name: string): BackupFile | null {
  const groups = namePattern.exec(name)?.groups;
  if (groups === undefined) return null;
  const { number = '', time = '', reason } = groups;
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const sizeBytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return {
    name,
    file: join(folder, name),
    number: Number(number),
    madeAtMs: Date.parse(iso),
    reason: reason as BackupReason,
    sizeBytes,
  };
}

function sync(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
