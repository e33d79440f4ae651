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

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#write = connection.prepare('INSERT OR REPLACE INTO run_arrays (run_id, name, bytes) VALUES (?, ?, ?)');
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
    const bytes = this.#connection.read(() => this.#read.get(runId, name)?.bytes);
    if (bytes === undefined) return null;
    if (bytes.length % bytesPerElement === 0) return new Uint8Array(bytes).buffer;
    throw new TouchstoneError(
      'project-damaged',
      `The project file ${this.#connection.file} holds an incomplete array "${name}" of run ${runId}. Put back a backup of the project's folder.`,
      { details: { file: this.#connection.file, runId, name } },
    );
  }
}
