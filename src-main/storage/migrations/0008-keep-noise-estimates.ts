import type Database from 'better-sqlite3';

/**
 * What a run's ranking says of the labels as a whole: how many are wrong, and for each class which label its samples were given. One row per
 * pair of the run's outputs; a run whose ranking gives no estimate has none. The chance of each sample's label to be wrong is in run_arrays.
 */
export function keepNoiseEstimates(database: Database.Database): void {
  database.exec(`
    CREATE TABLE noise_estimates (
      run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      error_count REAL NOT NULL
    ) STRICT;

    CREATE TABLE noise_pairs (
      run_id INTEGER NOT NULL REFERENCES noise_estimates (run_id) ON DELETE CASCADE,
      true_output_index INTEGER NOT NULL,
      given_output_index INTEGER NOT NULL,
      probability REAL NOT NULL,
      expected_count REAL NOT NULL,
      PRIMARY KEY (run_id, true_output_index, given_output_index)
    ) STRICT, WITHOUT ROWID;
  `);
}
