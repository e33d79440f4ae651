/**
 * One open project file as the stores see it: they prepare statements here and do every read and write through here, so
 * that errors are translated, writes are transactions, and a damaged or protected file is never written to.
 */
import type Database from 'better-sqlite3';
import { isTouchstoneError, TouchstoneError } from '../core/errors.ts';
import { translateSqliteError } from './sqlite-error.ts';

export class Connection {
  readonly file: string;
  readonly #database: Database.Database;
  readonly #afterClose: () => void;
  #isReadOnly: boolean;

  constructor(
    database: Database.Database,
    file: string,
    isReadOnly: boolean,
    afterClose: () => void = () => undefined,
  ) {
    this.#database = database;
    this.file = file;
    this.#isReadOnly = isReadOnly;
    this.#afterClose = afterClose;
  }

  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  /** Another number whenever another connection, of this or of another process, has changed the file. Takes microseconds. */
  dataVersion(): number {
    return this.#translating(() => Number(this.#database.pragma('data_version', { simple: true })));
  }

  /** Statements are prepared once, by the stores' constructors. The type arguments are the parameters and the row. */
  prepare<Parameters extends unknown[], Row = unknown>(sql: string): Database.Statement<Parameters, Row> {
    return this.#translating(() => this.#database.prepare<Parameters, Row>(sql));
  }

  /** Runs one or several reading statements. */
  read<T>(query: () => T): T {
    return this.#translating(query);
  }

  /**
   * Runs `change` in a transaction of its own, all or nothing. Once this returns, the change survives a kill and a power
   * cut. Throws `project-read-only`, and `project-locked` after having waited for another process's transaction to end.
   */
  write<T>(change: () => T): T {
    this.#refuseWhereReadOnly();
    // IMMEDIATE: a transaction that begins by reading and is overtaken by another process could not be continued.
    return this.#translating(() => this.#database.transaction(change).immediate());
  }

  /**
   * Like `write`, for many rows whose references the caller has made sure of: SQLite does not look them up again, which takes most of the time
   * where samples lie all over a large file.
   */
  writeTrusted<T>(change: () => T): T {
    return this.#withPragma('foreign_keys', 'OFF', 'ON', () => this.write(change));
  }

  /**
   * Like `writeTrusted`, but a power cut may take it back (a kill may not). For bulk rows that count only once a later `write`
   * says so: that one's sync makes everything before it durable too, because all of it is in the same log.
   */
  writeProvisionally(change: () => void): void {
    this.#withPragma('synchronous', 'NORMAL', 'FULL', () => this.writeTrusted(change));
  }

  /** Hands the database itself to what copies it as a whole. */
  copyWith<T>(copy: (database: Database.Database) => Promise<T>): Promise<T> {
    return copy(this.#database);
  }

  /** May be called more than once. */
  close(): void {
    this.#translating(() => this.#database.close());
    this.#afterClose();
  }

  #withPragma<T>(pragma: string, value: string, usual: string, work: () => T): T {
    this.#translating(() => this.#database.pragma(`${pragma} = ${value}`));
    try {
      return work();
    } finally {
      this.#translating(() => this.#database.pragma(`${pragma} = ${usual}`));
    }
  }

  #refuseWhereReadOnly(): void {
    if (!this.#isReadOnly) return;
    throw new TouchstoneError(
      'project-read-only',
      `The project file ${this.file} is open for reading only, because it is damaged or may not be written. Copy what you need from it, or open a writable copy.`,
      { details: { file: this.file } },
    );
  }

  #translating<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const translated = translateSqliteError(error, this.file);
      // Writing on with a file that was found damaged could spoil what can still be read.
      if (isTouchstoneError(translated, 'project-damaged')) this.#isReadOnly = true;
      throw translated;
    }
  }
}
