import type Database from 'better-sqlite3';

/** What simpler methods say of a sample, to rank by and to hold the suspicion against. Runs of before have none. */
export function keepReferenceScores(database: Database.Database): void {
  database.exec(`
    ALTER TABLE sample_scores ADD COLUMN neighbours REAL;
    ALTER TABLE sample_scores ADD COLUMN trusted_only REAL;
    ALTER TABLE sample_scores ADD COLUMN self_confidence REAL;
  `);
}
