import type Database from 'better-sqlite3';

/** The project itself: one row. */
export function createProject(database: Database.Database): void {
  database.exec(`
    CREATE TABLE project (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      name TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      source_folder TEXT,
      source_kind TEXT CHECK (source_kind IN ('folders', 'csv', 'jsonl')),
      source_file TEXT,
      CHECK ((source_folder IS NULL) = (source_kind IS NULL)),
      CHECK ((source_file IS NOT NULL) = (source_kind IS NOT NULL AND source_kind <> 'folders'))
    ) STRICT;
  `);
}
