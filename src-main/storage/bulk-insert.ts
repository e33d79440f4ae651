/**
 * Inserting many rows fast and without holding up the event loop: several rows per statement (a third quicker than one), a
 * few thousand rows per transaction, and a turn of the event loop between transactions.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Connection } from './connection.ts';

export type SqlValue = number | string | null;

const rowsPerStatement = 25;

/** About 10 to 20 ms of work on a slow core, so that an answer to the user never waits for more than that. */
const rowsPerTransaction = 2_000;

export class BulkInsert {
  readonly #connection: Connection;
  readonly #columnCount: number;
  readonly #manyRows: Database.Statement<[readonly SqlValue[]]>;
  readonly #oneRow: Database.Statement<[readonly SqlValue[]]>;

  constructor(connection: Connection, table: string, columns: readonly string[]) {
    const row = `(${columns.map(() => '?').join(', ')})`;
    const head = `INSERT INTO ${table} (${columns.join(', ')}) VALUES `;
    this.#connection = connection;
    this.#columnCount = columns.length;
    this.#manyRows = connection.prepare(head + Array.from({ length: rowsPerStatement }, () => row).join(', '));
    this.#oneRow = connection.prepare(head + row);
  }

  /**
   * Calls `appendRow` for every index in [0, count); it appends a row's values in the order of the columns, or nothing to leave
   * the index out. Written provisionally, in several transactions: what is there after a kill is a part of it.
   */
  async insertAll(count: number, appendRow: (index: number, values: SqlValue[]) => void): Promise<void> {
    for (let start = 0; start < count; start += rowsPerTransaction) {
      const end = Math.min(start + rowsPerTransaction, count);
      this.#connection.writeProvisionally(() => this.insertRange(start, end, appendRow));
      await nextTurn();
    }
  }

  /** The same for [start, end) at once, within a transaction of the caller's. */
  insertRange(start: number, end: number, appendRow: (index: number, values: SqlValue[]) => void): void {
    let values: SqlValue[] = [];
    for (let index = start; index < end; index += 1) {
      appendRow(index, values);
      if (values.length < rowsPerStatement * this.#columnCount) continue;
      this.#manyRows.run(values);
      values = [];
    }
    for (let offset = 0; offset < values.length; offset += this.#columnCount) {
      this.#oneRow.run(values.slice(offset, offset + this.#columnCount));
    }
  }
}

/**
 * Deletes provisionally, in several transactions. `deleteSome` is a DELETE whose last parameter is its LIMIT.
 */
export async function deleteAll<Key extends unknown[]>(
  connection: Connection,
  deleteSome: Database.Statement<[...Key, number]>,
  key: Key,
): Promise<void> {
  for (let deleted = rowsPerTransaction; deleted === rowsPerTransaction; await nextTurn()) {
    connection.writeProvisionally(() => {
      deleted = deleteSome.run(...key, rowsPerTransaction).changes;
    });
  }
}
