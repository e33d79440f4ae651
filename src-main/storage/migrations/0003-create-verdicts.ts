import type Database from 'better-sqlite3';

/**
 * Verdicts as they are now, and the journal that led to them.
 *
 * Entries and their changes are only ever added; of an entry only the state changes. By id, entries in force come before
 * undone ones; superseded ones may lie anywhere.
 */
export function createVerdicts(database: Database.Database): void {
  database.exec(`
    CREATE TABLE verdicts (
      sample_id INTEGER PRIMARY KEY REFERENCES samples (id),
      decision TEXT CHECK (decision IN ('keep', 'drop', 'relabel', 'unsure')),
      corrected_class_id INTEGER REFERENCES classes (id),
      trusted_class_id INTEGER REFERENCES classes (id),
      CHECK (decision IS NOT NULL OR trusted_class_id IS NOT NULL),
      CHECK ((decision IS 'relabel') = (corrected_class_id IS NOT NULL))
    ) STRICT;

    CREATE TABLE journal_entries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      title TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      change_count INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'superseded')),
      state_changed_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX journal_entries_by_state ON journal_entries (state);

    CREATE TABLE journal_changes (
      entry_id INTEGER NOT NULL REFERENCES journal_entries (id),
      sample_id INTEGER NOT NULL REFERENCES samples (id),
      before_decision TEXT CHECK (before_decision IN ('keep', 'drop', 'relabel', 'unsure')),
      before_corrected_class_id INTEGER REFERENCES classes (id),
      before_trusted_class_id INTEGER REFERENCES classes (id),
      after_decision TEXT CHECK (after_decision IN ('keep', 'drop', 'relabel', 'unsure')),
      after_corrected_class_id INTEGER REFERENCES classes (id),
      after_trusted_class_id INTEGER REFERENCES classes (id),
      PRIMARY KEY (entry_id, sample_id)
    ) STRICT, WITHOUT ROWID;
  `);
}
