import type Database from 'better-sqlite3';

/** Self-tests plant a third kind of errors. Those kept from before planted none of it. */
export function countUniformErrors(database: Database.Database): void {
  database.exec('ALTER TABLE self_tests ADD COLUMN planted_uniform INTEGER NOT NULL DEFAULT 0');
}
