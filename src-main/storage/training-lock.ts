/**
 * Says to other processes that this one trains in a project: an exclusive SQLite lock on a file of its own, which the
 * operating system takes away when the process ends, however it ends.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { TrainingLocks } from '../services/ports/host-ports.ts';
import { translateSqliteError } from './sqlite-error.ts';

export const trainingLocks: TrainingLocks = {
  tryAcquire(projectFolder) {
    const file = join(projectFolder, 'training.lock');
    let database: Database.Database | null = null;
    try {
      database = new Database(file, { timeout: 0 });
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database?.close();
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
      throw translateSqliteError(error, file);
    }
    return () => database.close();
  },
};
