import type Database from 'better-sqlite3';

/** The latest self-test of each run: ranges, of which an end is NULL where nothing can be said. */
export function keepSelfTests(database: Database.Database): void {
  database.exec(`
    CREATE TABLE self_tests (
      run_id INTEGER PRIMARY KEY REFERENCES runs (id),
      planted_from_matrix INTEGER NOT NULL,
      planted_hard INTEGER NOT NULL,
      cut INTEGER NOT NULL,
      recall_low REAL,
      recall_high REAL,
      precision_low REAL,
      precision_high REAL,
      review_low REAL,
      review_high REAL
    ) STRICT;
  `);
}
