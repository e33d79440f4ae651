/**
 * The one place where SQLite's result codes become errors that a user can act on.
 *
 * Codes that only a mistake of ours can cause (constraints, misuse, unknown columns) are not translated: those are bugs.
 */
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TouchstoneError, type ErrorCode } from '../core/errors.ts';

interface Translation {
  readonly code: ErrorCode;
  readonly message: (file: string) => string;
}

const damaged: Translation = {
  code: 'project-damaged',
  message: (file) =>
    `The project file ${file} is damaged. Use "Check and repair" on the Projects page, or "touchstone doctor": it rescues what can be read, and keeps the damaged file.`,
};

const locked: Translation = {
  code: 'project-locked',
  message: (file) =>
    `Another program holds a lock on the project file ${file}. Close the program that has it open (a database browser, a backup or synchronisation tool) and try again.`,
};

/** SQLite has no code of its own for a header that names a format that there never was. */
const unknownFormat = 'unsupported file format';

/** By primary result code: extended codes such as SQLITE_IOERR_WRITE begin with it. */
const translations: Readonly<Record<string, Translation>> = {
  SQLITE_BUSY: locked,
  SQLITE_LOCKED: locked,
  SQLITE_PROTOCOL: locked,
  SQLITE_CORRUPT: damaged,
  SQLITE_NOTADB: damaged,
  SQLITE_FORMAT: damaged,
  SQLITE_READONLY: {
    code: 'project-read-only',
    message: (file) =>
      `The project file ${file} cannot be written. Allow writing to it and to its folder, or copy the folder to another place, and open it again.`,
  },
  SQLITE_FULL: {
    code: 'disk-full',
    message: (file) =>
      `The disk that holds ${dirname(file)} is full. Nothing of the last change was kept; make room and try again.`,
  },
  SQLITE_IOERR: {
    code: 'file-system',
    message: (file) =>
      `The system could not read or write the project file ${file}. Nothing of the last change was kept; check the disk and try again.`,
  },
  SQLITE_CANTOPEN: {
    code: 'file-system',
    message: (file) =>
      `The project file ${file} could not be opened. Check that its folder is still there, that you may write to it, and try again.`,
  },
  SQLITE_PERM: {
    code: 'permission-denied',
    message: (file) => `You may not open the project file ${file}. Change its permissions and try again.`,
  },
  SQLITE_TOOBIG: {
    code: 'invalid-value',
    message: (file) => `A value is too large for the project file ${file}. Shorten it and try again.`,
  },
};

/** A TouchstoneError for what SQLite reports about `file`; anything else is returned as it is. */
export function translateSqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const primaryCode = error.code.split('_', 2).join('_');
  const translation = error.message === unknownFormat ? damaged : translations[primaryCode];
  if (translation === undefined) return error;
  return new TouchstoneError(translation.code, translation.message(file), {
    details: { file, sqliteCode: error.code },
    cause: error,
  });
}

/** Runs `work` and translates what it throws. */
export function withTranslatedErrors<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateSqliteError(error, file);
  }
}
