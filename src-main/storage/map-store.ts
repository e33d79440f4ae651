/** The map of the embeddings in the project file. */
import type Database from 'better-sqlite3';
import { TouchstoneError } from '../core/errors.ts';
import type { MapStore, StoredMap } from '../services/ports/map-store.ts';
import type { Connection } from './connection.ts';

interface MapRow {
  readonly madeAtMs: number;
  readonly sampleIds: Buffer;
  readonly points: Buffer;
}

export class SqliteMapStore implements MapStore {
  readonly #connection: Connection;
  readonly #read: Database.Statement<[], MapRow>;
  readonly #write: Database.Statement<[number, Buffer, Buffer]>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#read = connection.prepare(
      'SELECT made_at_ms AS madeAtMs, sample_ids AS sampleIds, points FROM embedding_maps WHERE id = 1',
    );
    this.#write = connection.prepare(
      'INSERT OR REPLACE INTO embedding_maps (id, made_at_ms, sample_ids, points) VALUES (1, ?, ?, ?)',
    );
  }

  read(): StoredMap | null {
    const row = this.#connection.read(() => this.#read.get());
    if (row === undefined) return null;
    const { madeAtMs, sampleIds, points } = row;
    if (sampleIds.length % 4 !== 0 || points.length !== 2 * sampleIds.length) {
      const message = 'The map in the project file is damaged. Draw it again.';
      throw new TouchstoneError('project-damaged', message);
    }
    return { madeAtMs, sampleIds: new Uint32Array(alone(sampleIds)), points: new Float32Array(alone(points)) };
  }

  replace({ madeAtMs, sampleIds, points }: StoredMap): void {
    this.#connection.write(() => this.#write.run(madeAtMs, bytesOf(sampleIds), bytesOf(points)));
  }
}

/** A buffer of its own, at an address that wider numbers can be read from. */
function alone(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
