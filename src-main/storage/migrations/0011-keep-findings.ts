import type Database from 'better-sqlite3';

/**
 * What the check of the pictures found: nearly identical ones, and pictures that are blurred, dark, and so on. All of it is replaced by the next
 * check. `import_revision` tells whether the pictures were imported anew since; `left_out` names kinds that too many pictures had, as JSON.
 */
export function keepFindings(database: Database.Database): void {
  database.exec(`
    CREATE TABLE finding_checks (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      checked_at_ms INTEGER NOT NULL,
      images INTEGER NOT NULL,
      had_vectors INTEGER NOT NULL CHECK (had_vectors IN (0, 1)),
      import_revision INTEGER NOT NULL,
      left_out TEXT NOT NULL
    ) STRICT;

    CREATE TABLE findings (
      sample_id INTEGER NOT NULL REFERENCES samples (id),
      kind TEXT NOT NULL,
      other_sample_id INTEGER REFERENCES samples (id),
      value REAL NOT NULL,
      PRIMARY KEY (sample_id, kind)
    ) STRICT, WITHOUT ROWID;
  `);
}
