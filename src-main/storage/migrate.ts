/** Brings a database to a version of the schema. */
import type Database from 'better-sqlite3';
import { latestVersion, migrations } from './migrations/index.ts';

/** `Touc` in ASCII: marks the file as a Touchstone project for `file` and for us. */
export const applicationId = 0x546f7563;

/** How many steps of the schema's history the file has had. */
export function schemaVersion(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/**
 * Runs the steps that are missing, all in one transaction. Safe when two processes open the same old project at once: the
 * second waits and then finds nothing left to do.
 */
export function migrate(database: Database.Database, targetVersion: number = latestVersion): void {
  const runMissingSteps = database.transaction(() => {
    for (const migration of migrations.slice(schemaVersion(database), targetVersion)) migration(database);
    database.pragma(`application_id = ${applicationId}`);
    if (schemaVersion(database) < targetVersion) database.pragma(`user_version = ${targetVersion}`);
  });
  runMissingSteps.immediate();
}
