/** Checks, rescues and restores project files; the order of its steps is what makes a kill in the middle harmless. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { TouchstoneError } from '../../core/errors.ts';
import type { BackupFile, FileCheck, ProjectRepair, Rescue } from '../../services/ports/project-repair.ts';
import { backUpAtOnce, listBackups } from '../backups.ts';
import { withTranslatedFolderErrors } from '../folder-error.ts';
import { schemaVersion } from '../migrate.ts';
import { latestVersion } from '../migrations/index.ts';
import { projectFileName, SqliteProjectFiles } from '../project-files.ts';
import { trainingLocks } from '../training-lock.ts';
import { checkFile } from './check-file.ts';
import { rescueFile } from './rescue-file.ts';

/** A finished file that waits to take the place of the damaged one: whoever finds it puts it there. */
const waitingName = 'project.rescued.sqlite';
const unfinishedName = /^\.(project-\d+|\d+|rescue-\d+)\.unfinished(-wal|-shm|-journal)?$/;

export function createProjectRepair(): ProjectRepair {
  return {
    backups: listBackups,
    check: async (folder) => {
      finishWaiting(folder);
      return await checkFile(projectFile(folder));
    },
    rescue: (folder, nowMs) => whileUnused(folder, () => rescue(folder, nowMs)),
    restore: (folder, backupName, nowMs) => restore(folder, backupName, nowMs),
    removeUnfinished,
  };
}

async function rescue(folder: string, nowMs: number): Promise<Rescue> {
  const keptAs = keepDamaged(folder, nowMs);
  const backup = await newestSoundBackup(folder);
  const scratch = join(folder, `.rescue-${process.pid}.unfinished`);
  const work = join(keptAs, 'work');
  mkdirSync(work, { recursive: true });
  try {
    const { tables, remarks } = rescueFile({
      damaged: copyWithLog(join(keptAs, projectFileName), join(work, 'damaged.sqlite')),
      backup: backup && copyWithLog(backup.file, join(work, 'backup.sqlite')),
      target: scratch,
      projectFolder: folder,
    });
    if (tables.every(({ read, fromBackup }) => read + fromBackup === 0)) throw nothingLeft(folder, keptAs);
    publish(folder, scratch);
    await rebuildRankings(folder);
    return {
      tables,
      backup: tables.some(({ fromBackup }) => fromBackup > 0) ? (backup?.name ?? null) : null,
      remarks,
      keptAs,
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
    for (const suffix of ['', '-wal', '-shm']) rmSync(scratch + suffix, { force: true });
  }
}

function nothingLeft(folder: string, keptAs: string): TouchstoneError {
  return new TouchstoneError(
    'project-damaged',
    `Nothing can be read from the project file in ${folder}, and there is no backup of it. A copy of it lies in ${keptAs}. Make a new project in another folder.`,
    { details: { folder, keptAs } },
  );
}

/** The backup itself stays where it is: it is copied. */
function restore(folder: string, backupName: string, nowMs: number): string {
  const backup = listBackups(folder).find(
    ({ name, number }) => name === backupName || String(number) === backupName.replace(/^0+/, ''),
  );
  if (backup === undefined) {
    const known = listBackups(folder).map(({ name }) => name);
    const message = `${folder} has no backup ${backupName}. It has: ${known.join(', ') || 'none'}.`;
    throw new TouchstoneError('not-found', message, { details: { folder, backup: backupName } });
  }
  const release = acquire(folder);
  try {
    const kept = keepPresent(folder, nowMs);
    const scratch = join(folder, `.rescue-${process.pid}.unfinished`);
    withTranslatedFolderErrors(`The backup ${backup.name} cannot be put in place`, () =>
      copyFileSync(backup.file, scratch),
    );
    publish(folder, scratch);
    return kept;
  } finally {
    release();
  }
}

/** As a backup where it is sound enough to be one, else beside. */
function keepPresent(folder: string, nowMs: number): string {
  const file = projectFile(folder);
  if (!existsSync(file)) return '';
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { readonly: true });
    return backUpAtOnce(database, file, 'restore', nowMs);
  } catch {
    return keepDamaged(folder, nowMs);
  } finally {
    database?.close();
  }
}

/** Copies the file and its log, so that whatever happens next can be looked at again. Returns the folder of the copies. */
function keepDamaged(folder: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  let keptAs = join(folder, 'damaged', `${stamp}Z`);
  for (let number = 2; existsSync(keptAs); number += 1) keptAs = join(folder, 'damaged', `${stamp}Z-${number}`);
  withTranslatedFolderErrors(`The damaged project file cannot be copied to ${keptAs}`, () => {
    mkdirSync(keptAs, { recursive: true });
    if (existsSync(projectFile(folder))) copyWithLog(projectFile(folder), join(keptAs, projectFileName));
  });
  return keptAs;
}

function copyWithLog(from: string, to: string): string {
  copyFileSync(from, to);
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
  return to;
}

async function newestSoundBackup(folder: string): Promise<BackupFile | null> {
  for (const backup of listBackups(folder).toReversed()) {
    const { state }: FileCheck = await checkFile(backup.file);
    if (state === 'sound') return backup;
  }
  return null;
}

/**
 * Puts a finished file in the place of the project's. The log of the old file must go first, or SQLite would replay it into the new one; from
 * then on the finished file waits under a name of its own, so that a kill between the steps loses nothing.
 */
function publish(folder: string, finished: string): void {
  withTranslatedFolderErrors(`The project file in ${folder} cannot be replaced`, () => {
    sync(finished);
    renameSync(finished, join(folder, waitingName));
    finishWaiting(folder);
  });
}

function finishWaiting(folder: string): void {
  const waiting = join(folder, waitingName);
  if (!existsSync(waiting)) return;
  for (const suffix of ['-wal', '-shm']) rmSync(projectFile(folder) + suffix, { force: true });
  renameSync(waiting, projectFile(folder));
}

/** The ranked lists of every run, from the run's aggregates. */
async function rebuildRankings(folder: string): Promise<void> {
  const project = new SqliteProjectFiles().open(folder);
  try {
    for (const { id } of project.runs.all()) {
      const scores = await project.runs.scores(id);
      if (scores !== null) await project.runs.writeScores(id, scores);
    }
  } finally {
    project.close();
  }
}

async function whileUnused<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const release = acquire(folder);
  try {
    return await work();
  } finally {
    release();
  }
}

/** Makes sure that no other process has the project open: replacing its file under it would split the two. */
function acquire(folder: string): () => void {
  refuseNewer(folder);
  const release = trainingLocks.tryAcquire(folder);
  if (release === null || isInUse(projectFile(folder))) {
    release?.();
    throw new TouchstoneError(
      'project-locked',
      `Another Touchstone has the project in ${folder} open. Close it there and try again.`,
      { details: { folder } },
    );
  }
  return release;
}

/** Exclusive locking of a file that another connection has open fails, also in WAL mode. A file that is no database is in nobody's use. */
function isInUse(file: string): boolean {
  if (!existsSync(file)) return false;
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { timeout: 200 });
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch (error) {
    return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
  } finally {
    database?.close();
  }
}

function refuseNewer(folder: string): void {
  const file = projectFile(folder);
  if (!existsSync(file)) return;
  let version = 0;
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { readonly: true });
    version = schemaVersion(database);
  } catch {
    return;
  } finally {
    database?.close();
  }
  // A header that was overwritten may say anything.
  if (version <= latestVersion || version > 10_000) return;
  throw new TouchstoneError(
    'project-newer-than-app',
    `The project in ${folder} was made by a newer Touchstone. Update Touchstone first.`,
    {
      details: { folder, projectVersion: version, appVersion: latestVersion },
    },
  );
}

function removeUnfinished(folder: string): readonly string[] {
  const places = [folder, join(folder, 'backups'), join(folder, 'checkpoints')];
  const removed: string[] = [];
  for (const place of places.filter((candidate) => existsSync(candidate))) {
    for (const name of readdirSync(place)) {
      if (!unfinishedName.test(name) && !/\.[0-9a-f]{12}\.part$/.test(name)) continue;
      if (name.includes(`${process.pid}.`)) continue;
      rmSync(join(place, name), { force: true });
      removed.push(name);
    }
  }
  return removed;
}

function projectFile(folder: string): string {
  return join(folder, projectFileName);
}

function sync(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
