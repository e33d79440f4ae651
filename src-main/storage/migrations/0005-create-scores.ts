import type Database from 'better-sqlite3';

/**
 * What ranking reads.
 *
 * sample_scores has one row per run and sample. score_orders holds the ranked lists themselves, ready to be paged: by run, score
 * (number: see score-records.ts) and class (0: every class), with a key that is smallest for the most suspicious sample.
 * It stands in place of sixteen indexes because it can be written in its own order: filling indexes of 1,000,000 rows in the
 * order of the samples would rewrite nearly every page of them in every transaction.
 */
export function createScores(database: Database.Database): void {
  database.exec(`
    CREATE TABLE sample_scores (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      sample_id INTEGER NOT NULL REFERENCES samples (id),
      suspicion REAL,
      weight REAL,
      alignment REAL,
      cosine REAL,
      harm REAL,
      margin REAL,
      loss REAL,
      probability REAL,
      visits INTEGER NOT NULL,
      suggested_class_id INTEGER NOT NULL,
      suggested_probability REAL,
      PRIMARY KEY (run_id, sample_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE score_orders (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      score INTEGER NOT NULL,
      class_id INTEGER NOT NULL,
      rank_key REAL NOT NULL,
      sample_id INTEGER NOT NULL,
      PRIMARY KEY (run_id, score, class_id, rank_key, sample_id)
    ) STRICT, WITHOUT ROWID;
  `);
}
