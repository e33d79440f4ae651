import type Database from 'better-sqlite3';

/**
 * Two more decisions: `both` (the given label is right, and so is the one in corrected_class_id) and `neither` (no class of the dataset
 * fits). The checks of columns cannot be changed in place, so both tables are written anew.
 */
export function allowBothAndNeither(database: Database.Database): void {
  database.exec(`
    ALTER TABLE verdicts RENAME TO old_verdicts;
    CREATE TABLE verdicts (
      sample_id INTEGER PRIMARY KEY REFERENCES samples (id),
      decision TEXT CHECK (${isDecision('decision')}),
      corrected_class_id INTEGER REFERENCES classes (id),
      trusted_class_id INTEGER REFERENCES classes (id),
      CHECK (decision IS NOT NULL OR trusted_class_id IS NOT NULL),
      CHECK ((decision IS 'relabel' OR decision IS 'both') = (corrected_class_id IS NOT NULL))
    ) STRICT;
    INSERT INTO verdicts SELECT * FROM old_verdicts;
    DROP TABLE old_verdicts;

    ALTER TABLE journal_changes RENAME TO old_journal_changes;
    CREATE TABLE journal_changes (
      entry_id INTEGER NOT NULL REFERENCES journal_entries (id),
      sample_id INTEGER NOT NULL REFERENCES samples (id),
      before_decision TEXT CHECK (${isDecision('before_decision')}),
      before_corrected_class_id INTEGER REFERENCES classes (id),
      before_trusted_class_id INTEGER REFERENCES classes (id),
      after_decision TEXT CHECK (${isDecision('after_decision')}),
      after_corrected_class_id INTEGER REFERENCES classes (id),
      after_trusted_class_id INTEGER REFERENCES classes (id),
      PRIMARY KEY (entry_id, sample_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO journal_changes SELECT * FROM old_journal_changes;
    DROP TABLE old_journal_changes;
  `);
}

function isDecision(column: string): string {
  return ['keep', 'drop', 'relabel', 'unsure', 'both', 'neither'].map((kind) => `${column} = '${kind}'`).join(' OR ');
}
