import type Database from 'better-sqlite3';

/**
 * Runs and what they recorded per epoch.
 *
 * run_arrays holds what has one value per sample and is read as a whole (see run-arrays.ts). A row of run_epochs makes its epoch count. Rows of sample_epochs without one are the remains of a killed run. The long
 * tables have no row id: their key is the order in which they are written, so that writing only ever appends.
 */
export function createRuns(database: Database.Database): void {
  database.exec(`
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'finished', 'failed', 'cancelled', 'interrupted')),
      settings TEXT NOT NULL CHECK (json_valid(settings)),
      created_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER,
      trusted_count INTEGER NOT NULL,
      failure TEXT,
      has_scores INTEGER NOT NULL DEFAULT 0 CHECK (has_scores IN (0, 1))
    ) STRICT;

    CREATE TABLE run_classes (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      output_index INTEGER NOT NULL,
      class_id INTEGER NOT NULL REFERENCES classes (id),
      PRIMARY KEY (run_id, output_index)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_versions (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      PRIMARY KEY (run_id, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_arrays (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (run_id, name)
    ) STRICT;

    CREATE TABLE run_epochs (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      epoch_index INTEGER NOT NULL,
      training_loss REAL,
      trusted_loss REAL,
      trusted_accuracy REAL,
      zero_weight_share REAL,
      skipped_steps INTEGER NOT NULL,
      effective_sample_size REAL,
      learning_rate REAL NOT NULL,
      duration_ms REAL NOT NULL,
      examples_per_second REAL,
      tensor_count INTEGER NOT NULL,
      weight_histogram TEXT NOT NULL CHECK (json_valid(weight_histogram)),
      checkpoint_file TEXT NOT NULL,
      PRIMARY KEY (run_id, epoch_index)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sample_epochs (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      epoch_index INTEGER NOT NULL,
      sample_id INTEGER NOT NULL REFERENCES samples (id),
      visits INTEGER NOT NULL,
      weight REAL,
      alignment REAL,
      cosine REAL,
      harm REAL,
      margin REAL,
      loss REAL,
      probability REAL,
      predicted_class_id INTEGER NOT NULL,
      PRIMARY KEY (run_id, epoch_index, sample_id)
    ) STRICT, WITHOUT ROWID;
  `);
}
