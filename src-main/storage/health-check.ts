/** Finds out, in bounded time, whether SQLite's structures in a project file are sound. */
import type Database from 'better-sqlite3';
import { isTouchstoneError } from '../core/errors.ts';
import { translateSqliteError } from './sqlite-error.ts';

/** Up to this size the whole file is checked at each opening: that takes about 0.1 s. */
const wholeFileLimitBytes = 64 * 1024 * 1024;

/** What could not be computed again. Of a large file only these are checked; the rest shows its damage when it is read. */
const irreplaceableTables = [
  'project',
  'classes',
  'verdicts',
  'journal_entries',
  'journal_changes',
  'runs',
  'run_epochs',
];

function firstFinding(database: Database.Database, table: string | null): unknown {
  return database.pragma(table === null ? 'quick_check(1)' : `quick_check(${table})`, { simple: true });
}

/** False where the file is damaged. Throws whatever else SQLite reports (a lock, an unreadable disk). */
export function isHealthy(database: Database.Database, file: string, sizeBytes: number): boolean {
  const parts = sizeBytes <= wholeFileLimitBytes ? [null] : irreplaceableTables;
  try {
    return parts.every((part) => firstFinding(database, part) === 'ok');
  } catch (error) {
    if (isTouchstoneError(translateSqliteError(error, file), 'project-damaged')) return false;
    throw error;
  }
}
