/**
 * Opens a project file: inspects it without writing, brings its schema up to date, and decides whether it may be written.
 *
 * The file is looked at through a read-only connection first, so that a newer, foreign or damaged file is left exactly as it was.
 */
import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TouchstoneError } from '../core/errors.ts';
import { backUpAtOnce } from './backups.ts';
import { Connection } from './connection.ts';
import { isHealthy } from './health-check.ts';
import { withTranslatedFolderErrors } from './folder-error.ts';
import { applicationId, migrate, schemaVersion } from './migrate.ts';
import { latestVersion } from './migrations/index.ts';
import { hasOwnSchema } from './schema-check.ts';
import { withTranslatedErrors } from './sqlite-error.ts';
import { copyToTemporaryFolder } from './temporary-copy.ts';

export interface OpenOptions {
  /** How long a write waits for another process's transaction before it fails with `project-locked`. */
  readonly lockWaitMs: number;
  /** Reads a copy: nothing is locked, written or logged in the project's folder. */
  readonly readOnly: boolean;
}

/** The log file keeps at most this much of a bulk action's space for itself once its content is in the main file. */
const keptLogBytes = 64 * 1024 * 1024;

/** Room for the upper levels of the ranked lists of a million samples, in KiB. */
const cacheKib = 32 * 1024;

/**
 * Throws `project-not-found`, `permission-denied`, `project-newer-than-app`, `project-locked`, `project-damaged` (nothing can be read),
 * `project-read-only` (an old schema that may not be brought up to date). A damaged file of which something can still be
 * read, and one that may not be written, give a read-only connection.
 */
export function openDatabase(file: string, options: OpenOptions): Connection {
  requireProjectFile(file);
  if (options.readOnly || !mayAccess(dirname(file), constants.W_OK)) return openCopy(file, options);
  const isWritable = mayAccess(file, constants.W_OK);
  return withTranslatedErrors(file, () => {
    const inspected = openReadOnly(file, options);
    const isSound = inspect(inspected, file);
    if (!isWritable || !isSound) return readOnlyConnection(inspected, file);
    inspected.close();
    return new Connection(openForWriting(file, options), file, false);
  });
}

/** Reads a project in a protected folder from a copy that goes when the connection is closed. */
function openCopy(file: string, options: OpenOptions): Connection {
  const copy = withTranslatedFolderErrors(`The project file ${file} cannot be copied to be read`, () =>
    copyToTemporaryFolder(file),
  );
  try {
    return withTranslatedErrors(file, () => {
      const database = openReadOnly(copy.file, options);
      inspect(database, copy.file);
      return readOnlyConnection(database, file, copy.remove);
    });
  } catch (error) {
    copy.remove();
    throw error;
  }
}

/** Settings of every connection; nothing here is stored in the file except that it keeps a log (WAL). */
export function configure(database: Database.Database): void {
  // The file may come from anyone: no function with side effects runs from its schema, and cells are checked as they are read.
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  database.pragma('foreign_keys = ON');
  // FULL: with a log, NORMAL would let a power cut take back decisions that were acknowledged. fullfsync: macOS says that
  // data is on the disk when it is not, unless asked this way.
  database.pragma('synchronous = FULL');
  database.pragma('fullfsync = ON');
  database.pragma(`journal_size_limit = ${keptLogBytes}`);
  database.pragma(`cache_size = -${cacheKib}`);
  // Not mapped into memory: when another program shortens a mapped file, the system kills the reader without an error.
  database.pragma('mmap_size = 0');
}

function requireProjectFile(file: string): void {
  const stats = withTranslatedFolderErrors(`The project file ${file} cannot be looked at`, () =>
    lstatSync(file, { throwIfNoEntry: false }),
  );
  if (stats === undefined) {
    throw new TouchstoneError(
      'project-not-found',
      `There is no Touchstone project in ${dirname(file)}. Check the path, or create a project there.`,
      { details: { folder: dirname(file) } },
    );
  }
  // A link could make us write outside the project.
  if (!stats.isFile()) throw foreignFile(file, 'is not a plain file');
  if (mayAccess(file, constants.R_OK)) return;
  throw new TouchstoneError(
    'permission-denied',
    `You may not read the project file ${file}. Change its permissions and try again.`,
    { details: { file } },
  );
}

function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function openReadOnly(file: string, options: OpenOptions): Database.Database {
  const database = new Database(file, { readonly: true, timeout: options.lockWaitMs });
  configure(database);
  return database;
}

function openForWriting(file: string, options: OpenOptions): Database.Database {
  const database = new Database(file, { fileMustExist: true, timeout: options.lockWaitMs });
  try {
    configure(database);
    database.pragma('journal_mode = WAL');
    if (schemaVersion(database) < latestVersion) {
      backUpAtOnce(database, file, 'migration', Date.now());
      migrate(database);
    }
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function readOnlyConnection(database: Database.Database, file: string, afterClose?: () => void): Connection {
  if (schemaVersion(database) === latestVersion) return new Connection(database, file, true, afterClose);
  database.close();
  throw new TouchstoneError(
    'project-read-only',
    `The project file ${file} was made by an older Touchstone and must be brought up to date, but it is damaged or may not be written. Copy the project's folder to a place that you may write to and open the copy.`,
    { details: { file } },
  );
}

/** Whether the file is sound. Throws, and closes it, where it is not ours, newer than this app, or beyond reading. */
function inspect(database: Database.Database, file: string): boolean {
  try {
    const isOurs = database.pragma('application_id', { simple: true }) === applicationId;
    if (!isOurs) throw foreignFile(file, 'is not a Touchstone project');
    const version = schemaVersion(database);
    if (version > latestVersion) throw newerThanApp(file, version);
    const isSound = isHealthy(database, file, statSync(file).size);
    if (!hasOwnSchema(database, version)) throw foreignFile(file, 'holds tables that Touchstone did not make');
    return isSound;
  } catch (error) {
    database.close();
    throw error;
  }
}

function foreignFile(file: string, finding: string): TouchstoneError {
  return new TouchstoneError(
    'project-damaged',
    `${file} ${finding}. Put back a backup of the project's folder, or create a new project in another folder.`,
    { details: { file } },
  );
}

function newerThanApp(file: string, version: number): TouchstoneError {
  return new TouchstoneError(
    'project-newer-than-app',
    `The project file ${file} has format version ${version}; this Touchstone knows versions up to ${latestVersion}. Update Touchstone and open it again.`,
    { details: { file, projectVersion: version, appVersion: latestVersion } },
  );
}
