/**
 * Whole arrays of a run, one value per sample, kept as bytes: a million values are read in milliseconds, where a million rows would take
 * seconds. Little-endian, as on every machine that Node runs on.
 */
import type Database from 'better-sqlite3';
import type { RunId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { Connection } from './connection.ts';

export type StoredArray = Float32Array | Int32Array | Uint32Array | Int16Array;

export class RunArrays {
  readonly #connection: Connection;
  readonly #write: Database.Statement<[RunId, string, Uint8Array]>;
  readonly #read: Database.Statement<[RunId, string], { bytes: Uint8Array }>;
  readonly #length: Database.Statement<[RunId, string], number>;
  readonly #sampleCount: Database.Statement<[], number>;
  /** Bytes that an array of this project can have, as far as it was looked up. */
  #largestBytes = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#write = connection.prepare('INSERT OR REPLACE INTO run_arrays (run_id, name, bytes) VALUES (?, ?, ?)');
    this.#length = connection
      .prepare<[RunId, string], number>('SELECT length(bytes) FROM run_arrays WHERE run_id = ? AND name = ?')
      .pluck();
    this.#sampleCount = connection.prepare<[], number>('SELECT count(*) FROM samples').pluck();
    this.#read = connection.prepare('SELECT bytes FROM run_arrays WHERE run_id = ? AND name = ?');
  }

  /** Belongs into a transaction of the caller's. */
  write(runId: RunId, name: string, array: StoredArray): void {
    this.#write.run(runId, name, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }

  float32(runId: RunId, name: string): Float32Array | null {
    const bytes = this.#bytes(runId, name, Float32Array.BYTES_PER_ELEMENT);
    return bytes && new Float32Array(bytes);
  }

  int32(runId: RunId, name: string): Int32Array | null {
    const bytes = this.#bytes(runId, name, Int32Array.BYTES_PER_ELEMENT);
    return bytes && new Int32Array(bytes);
  }

  uint32(runId: RunId, name: string): Uint32Array | null {
    const bytes = this.#bytes(runId, name, Uint32Array.BYTES_PER_ELEMENT);
    return bytes && new Uint32Array(bytes);
  }

  int16(runId: RunId, name: string): Int16Array | null {
    const bytes = this.#bytes(runId, name, Int16Array.BYTES_PER_ELEMENT);
    return bytes && new Int16Array(bytes);
  }

  #bytes(runId: RunId, name: string, bytesPerElement: number): ArrayBuffer | null {
    const length = this.#connection.read(() => this.#length.get(runId, name));
    if (length === undefined) return null;
    if (length % bytesPerElement === 0 && this.#isPossible(length)) {
      const bytes = this.#connection.read(() => this.#read.get(runId, name)?.bytes);
      return bytes === undefined ? null : new Uint8Array(bytes).buffer;
    }
    throw new TouchstoneError(
      'project-damaged',
      `The project file ${this.#connection.file} holds an array of the wrong length, "${name}" of run ${runId}. Put back a backup of the project's folder.`,
      { details: { file: this.#connection.file, runId, name } },
    );
  }

  /** A run has no more samples than the project: whoever made the file may say otherwise to fill the memory. */
  #isPossible(lengthBytes: number): boolean {
    if (lengthBytes <= this.#largestBytes) return true;
    const count = this.#connection.read(() => this.#sampleCount.get() ?? 0);
    this.#largestBytes = count * Float32Array.BYTES_PER_ELEMENT;
    return lengthBytes <= this.#largestBytes;
  }
}
