import type Database from 'better-sqlite3';

/**
 * Audits: images drawn at random from a run's list, and what the user said of their labels. Only ever added to, except that a judgement may be
 * corrected. A run that was drawn from cannot go: without its scores the draws mean nothing.
 */
export function createAudits(database: Database.Database): void {
  database.exec(`
    CREATE TABLE audit_batches (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      run_id INTEGER NOT NULL REFERENCES runs (id),
      drawn_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE audit_draws (
      batch_id INTEGER NOT NULL REFERENCES audit_batches (id),
      place INTEGER NOT NULL,
      sample_id INTEGER NOT NULL REFERENCES samples (id),
      probability REAL NOT NULL CHECK (probability > 0),
      PRIMARY KEY (batch_id, place)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit_judgements (
      sample_id INTEGER PRIMARY KEY REFERENCES samples (id),
      is_wrong INTEGER NOT NULL CHECK (is_wrong IN (0, 1)),
      judged_at_ms INTEGER NOT NULL
    ) STRICT;
  `);
}
