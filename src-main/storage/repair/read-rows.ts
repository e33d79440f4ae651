/**
 * Reads what can still be read of a damaged table: asks for it in stretches of its key, and splits a stretch that fails until only the
 * damaged rows are left out.
 */
import type Database from 'better-sqlite3';

export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** The first column of the primary key; a number in every table that Touchstone makes. */
  readonly key: string;
}

const probes = Array.from({ length: 22 }, (_, power) => 2 ** power);

type Row = readonly unknown[];

/** Keys asked for at once. */
const stretchKeys = 4096;

/** A table whose root is gone fails everywhere: it is given up after so many failures. */
const mostFailures = 20_000;

/** Keys beyond this are not looked for where the table cannot say how far it goes. */
const furthestKey = 4_000_000;

/** In the order of `PRAGMA table_info`. Throws where the schema itself cannot be read. */
export function readShape(database: Database.Database, table: string): TableShape {
  const info = database.pragma(`table_info(${table})`) as readonly { name: string; pk: number }[];
  const key = info.find(({ pk }) => pk === 1)?.name ?? 'rowid';
  return { name: table, columns: info.map(({ name }) => name), key };
}

/** Calls `onRow` with each row that can be read, some perhaps twice. Returns whether everything could be read. */
export function readRows(
  database: Database.Database,
  { name, columns, key }: TableShape,
  onRow: (row: Row) => void,
): boolean {
  const select = (order: string): Database.Statement<[number, number]> =>
    database
      .prepare<[number, number]>(
        `SELECT ${columns.join(', ')} FROM ${name} NOT INDEXED WHERE ${key} BETWEEN ? AND ? ORDER BY ${key} ${order}`,
      )
      .raw();
  const statements = { ASC: select('ASC'), DESC: select('DESC') };
  let failures = 0;
  const attempt = (order: 'ASC' | 'DESC', from: number, to: number): boolean => {
    try {
      for (const row of statements[order].iterate(from, to)) onRow(row as Row);
      return true;
    } catch (error) {
      if (!isDamage(error)) throw error;
      failures += 1;
      return false;
    }
  };
  const readStretch = (from: number, to: number): void => {
    if (failures > mostFailures || attempt('ASC', from, to)) return;
    if (from === to) {
      // Several rows may share the first part of a key: those behind the damaged place are reached from the other end.
      attempt('DESC', from, to);
      return;
    }
    const middle = Math.floor((from + to) / 2);
    readStretch(from, middle);
    readStretch(middle + 1, to);
  };
  const [least, greatest] = [outermost(database, name, key, 'min'), outermost(database, name, key, 'max')];
  // Where no key at all can be looked up, the root is gone: asking for millions of them would only take time.
  if (least === null && greatest === null && !probes.some((probe) => attempt('ASC', probe, probe))) return false;
  const [first, last] = [least ?? 0, greatest ?? furthestKey];
  for (let from = first; from <= last && failures <= mostFailures; from += stretchKeys) {
    readStretch(from, Math.min(from + stretchKeys - 1, last));
  }
  return failures === 0;
}

/** The smallest or largest key; null where that cannot be read. An empty table gives a stretch of one key, which holds nothing. */
function outermost(database: Database.Database, table: string, key: string, which: 'min' | 'max'): number | null {
  try {
    const value: unknown = database.prepare(`SELECT ${which}(${key}) FROM ${table} NOT INDEXED`).pluck().get();
    return typeof value === 'number' ? value : 0;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  }
}

/** Anything that SQLite says of the file, as opposed to a mistake of ours. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB|IOERR|FORMAT)/.test(String(error.code));
}
