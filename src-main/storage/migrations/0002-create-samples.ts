import type Database from 'better-sqlite3';

/** Classes, samples and the files that need attention. Classes and samples are never deleted, and their ids never reused. */
export function createSamples(database: Database.Database): void {
  database.exec(`
    CREATE TABLE classes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE samples (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      path TEXT NOT NULL UNIQUE,
      content_hash TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      modified_at_ms REAL NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      given_class_id INTEGER NOT NULL REFERENCES classes (id),
      presence TEXT NOT NULL CHECK (presence IN ('present', 'gone'))
    ) STRICT;

    CREATE INDEX samples_by_hash ON samples (content_hash);
    CREATE INDEX samples_by_presence_and_class ON samples (presence, given_class_id);
    -- Holds all that going through a million samples by id needs.
    CREATE INDEX present_samples_by_id ON samples (id, given_class_id) WHERE presence = 'present';

    CREATE TABLE problems (
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL,
      kind TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
  `);
}
