/**
 * Tells a project file that Touchstone made from one that someone else prepared.
 *
 * A project file is untrusted input: a trigger, a view in place of a table, or a computed column in it would run inside our
 * statements. So the schema must be, letter by letter, what the migrations make.
 */
import Database from 'better-sqlite3';
import { migrate } from './migrate.ts';

/** Tables that SQLite adds by itself when somebody runs ANALYZE. */
const statisticsTables = ['sqlite_stat1', 'sqlite_stat4'];

const expectedSchemas = new Map<number, string>();

function readSchema(database: Database.Database): string {
  const rows = database
    .prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT IN (?, ?) ORDER BY type, name')
    .raw()
    .all(...statisticsTables);
  return JSON.stringify(rows);
}

function expectedSchema(version: number): string {
  const known = expectedSchemas.get(version);
  if (known !== undefined) return known;
  const database = new Database(':memory:');
  migrate(database, version);
  const schema = readSchema(database);
  database.close();
  expectedSchemas.set(version, schema);
  return schema;
}

const tableNames = new Map<number, readonly string[]>();

/** Names of the tables that Touchstone makes at this version of the schema, in the order in which they were made. */
export function ownTables(version: number): readonly string[] {
  const known = tableNames.get(version);
  if (known !== undefined) return known;
  const database = new Database(':memory:');
  migrate(database, version);
  const names = database
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY rowid`,
    )
    .pluck()
    .all();
  database.close();
  tableNames.set(version, names);
  return names;
}

/** Whether the file holds exactly the tables and indexes that Touchstone makes at this version of the schema. */
export function hasOwnSchema(database: Database.Database, version: number): boolean {
  return readSchema(database) === expectedSchema(version);
}
