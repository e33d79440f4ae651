/** Looks at a whole project file, one table per turn of the event loop. */
import { existsSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { FileCheck } from '../../services/ports/project-repair.ts';
import { applicationId, schemaVersion } from '../migrate.ts';
import { latestVersion } from '../migrations/index.ts';
import { configure } from '../open-database.ts';
import { hasOwnSchema, ownTables } from '../schema-check.ts';

const mostFindings = 100;

/** Never throws for what it finds in the file. Takes a file of any origin. */
export async function checkFile(file: string): Promise<FileCheck> {
  if (!existsSync(file)) return { state: 'missing', findings: [`There is no ${file}.`] };
  let database: Database.Database;
  try {
    database = new Database(file, { readonly: true, timeout: 5_000 });
    configure(database);
  } catch (error) {
    return { state: 'unreadable', findings: [describe(error)] };
  }
  try {
    return await checkOpen(database, file);
  } catch (error) {
    return { state: 'unreadable', findings: [describe(error)] };
  } finally {
    database.close();
  }
}

async function checkOpen(database: Database.Database, file: string): Promise<FileCheck> {
  const version = schemaVersion(database);
  if (database.pragma('application_id', { simple: true }) !== applicationId)
    return { state: 'unreadable', findings: ['It is not marked as a Touchstone project.'] };
  if (version > latestVersion || !hasOwnSchema(database, version))
    return {
      state: 'unreadable',
      findings: [`Its tables are not those of format ${version}, or this Touchstone is too old for it.`],
    };
  const findings: string[] = [];
  const size = statSync(file).size;
  if (size % Number(database.pragma('page_size', { simple: true })) !== 0)
    findings.push('The file ends in the middle of a page.');
  for (const table of ownTables(version)) {
    findings.push(...checkTable(database, table));
    await nextTurn();
  }
  return { state: findings.length === 0 ? 'sound' : 'damaged', findings: findings.slice(0, mostFindings) };
}

function checkTable(database: Database.Database, table: string): readonly string[] {
  try {
    const integrity = database.prepare(`PRAGMA integrity_check(${table})`).pluck().all() as readonly string[];
    const orphans = database.pragma(`foreign_key_check(${table})`) as readonly { parent: string }[];
    return [
      ...integrity.filter((finding) => finding !== 'ok').map((finding) => `${table}: ${finding}`),
      ...(orphans.length === 0
        ? []
        : [`${table}: ${orphans.length} rows refer to rows of ${orphans[0]?.parent} that are not there`]),
    ];
  } catch (error) {
    return [`${table}: ${describe(error)}`];
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
