/**
 * Vectors that were computed once, in a file of the project's cache folder.
 *
 * The file is a header and records of equal size, only ever appended to: a kill leaves at most half a record at the end, which the
 * next run overwrites, so embedding goes on where it stopped. Every record carries its own checksum: a damaged one is as good as
 * absent. Vectors are keyed by the image's content, so a renamed or copied image costs nothing.
 *
 *     header   magic 8 bytes | D uint32 | CRC-32 of the key uint32 | key SHA-256, 32 bytes
 *     record   content SHA-256, 32 bytes | vector float32 or float16 x D | CRC-32 of both uint32          little-endian
 */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { TouchstoneError } from '../core/errors.ts';
import {
  dimensionsOf,
  hashOf,
  header,
  headerBytes,
  isSound,
  putRecord,
  recordBytes,
  vectorOf,
  type VectorPrecision,
} from './embedding-record.ts';

export { vectorPrecisions, type VectorPrecision } from './embedding-record.ts';

/** Read at once: large enough for speed, small enough to leave the event loop free. */
const recordsPerRead = 128;

/** Places in the caller's arrays of each content hash (lower-case hexadecimal): the same image may occur more than once. */
export type PlacesByHash = ReadonlyMap<string, readonly number[]>;

interface CacheFile {
  readonly path: string;
  /** SHA-256, in hexadecimal, of all that decides the vectors beside the image. */
  readonly key: string;
  readonly precision: VectorPrecision;
}

/** One open cache file. Close it. */
export class EmbeddingCache {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #key: Buffer;
  readonly #precision: VectorPrecision;
  /** D, or null as long as nothing was written. */
  #dimensions: number | null;
  /** Where the next record goes. */
  #end: number;

  private constructor(
    file: FileHandle,
    { path: filePath, key, precision }: CacheFile,
    { dimensions, end }: { readonly dimensions: number | null; readonly end: number },
  ) {
    this.#file = file;
    this.#path = filePath;
    this.#key = Buffer.from(key, 'hex');
    this.#precision = precision;
    this.#dimensions = dimensions;
    this.#end = end;
  }

  /**
   * Opens or makes `file`. key: SHA-256, in hexadecimal, of all that decides the vectors beside the image. A file of another key or
   * precision, or with a damaged header, is begun anew.
   */
  static async open(file: string, key: string, precision: VectorPrecision): Promise<EmbeddingCache> {
    await translated(file, () => mkdir(path.dirname(file), { recursive: true }));
    const handle = await translated(file, () => openForUpdate(file));
    return EmbeddingCache.#fromHandle(handle, { path: file, key, precision });
  }

  /** Opens for reading alone; null where there is no such file. */
  static async openExisting(file: string, key: string, precision: VectorPrecision): Promise<EmbeddingCache | null> {
    try {
      return await EmbeddingCache.#fromHandle(await open(file, 'r'), { path: file, key, precision });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw asTouchstoneError(error, file);
    }
  }

  static async #fromHandle(handle: FileHandle, file: CacheFile): Promise<EmbeddingCache> {
    const dimensions = await readHeader(handle, Buffer.from(file.key, 'hex'), file.precision);
    if (dimensions === null) return new EmbeddingCache(handle, file, { dimensions, end: headerBytes });
    const { size } = await handle.stat();
    const bytes = recordBytes(dimensions, file.precision);
    const records = Math.floor((size - headerBytes) / bytes);
    return new EmbeddingCache(handle, file, { dimensions, end: headerBytes + records * bytes });
  }

  get dimensions(): number | null {
    return this.#dimensions;
  }

  /** Writes every vector found to its places in `target` [N, D] and returns the hashes that were found. */
  async read(places: PlacesByHash, target: Float32Array): Promise<Set<string>> {
    const found = new Set<string>();
    const dimensions = this.#dimensions ?? 0;
    for await (const record of this.#soundRecords((hash) => places.has(hash))) {
      const hash = hashOf(record);
      const vector = vectorOf(record, dimensions, this.#precision);
      for (const index of places.get(hash) ?? []) target.set(vector, index * dimensions);
      found.add(hash);
    }
    return found;
  }

  /** Contents whose vectors are there and sound. */
  async hashes(): Promise<Set<string>> {
    const found = new Set<string>();
    for await (const record of this.#soundRecords(() => true)) found.add(hashOf(record));
    return found;
  }

  /** Every sound record but those of `except`, each content once, some at a time: hashes [n], vectors [n, D]. */
  async *records(except: ReadonlySet<string>): AsyncIterable<{
    readonly hashes: readonly string[];
    readonly vectors: Float32Array;
    readonly dimensions: number;
  }> {
    const dimensions = this.#dimensions ?? 0;
    const seen = new Set<string>();
    let pending: { readonly hash: string; readonly vector: Float32Array }[] = [];
    const take = () => {
      const vectors = new Float32Array(pending.length * dimensions);
      pending.forEach(({ vector }, index) => vectors.set(vector, index * dimensions));
      const hashes = pending.map(({ hash }) => hash);
      pending = [];
      return { hashes, vectors, dimensions };
    };
    for await (const record of this.#soundRecords((hash) => !except.has(hash) && !seen.has(hash))) {
      const hash = hashOf(record);
      seen.add(hash);
      pending.push({ hash, vector: vectorOf(record, dimensions, this.#precision) });
      if (pending.length === recordsPerRead) yield take();
    }
    if (pending.length > 0) yield take();
  }

  /** Records whose hash is wanted and whose checksum is right. Each is valid until the next is asked for. */
  async *#soundRecords(isWanted: (hash: string) => boolean): AsyncIterable<Buffer> {
    if (this.#dimensions === null) return;
    const size = recordBytes(this.#dimensions, this.#precision);
    const chunk = Buffer.alloc(size * recordsPerRead);
    for (let position = headerBytes; position < this.#end; position += chunk.length) {
      const wanted = Math.min(chunk.length, this.#end - position);
      const { bytesRead } = await translated(this.#path, () => this.#file.read(chunk, 0, wanted, position));
      for (let start = 0; start + size <= bytesRead; start += size) {
        const record = chunk.subarray(start, start + size);
        if (isWanted(hashOf(record)) && isSound(record)) yield record;
      }
    }
  }

  /** The vectors as they will be read back: float16 rounds them. */
  asKept(vectors: Float32Array): Float32Array {
    return this.#precision === 'float32' ? vectors : vectors.map(Math.f16round);
  }

  /** Appends records: hashes [n], vectors [n, D]. The first call decides D. Throws `disk-full` or `file-system`. */
  async append(hashes: readonly string[], vectors: Float32Array, dimensions: number): Promise<void> {
    if (hashes.length === 0) return;
    if (this.#dimensions === null) {
      await this.#write(header(this.#key, dimensions, this.#precision), 0);
      this.#dimensions = dimensions;
    }
    const size = recordBytes(dimensions, this.#precision);
    const records = Buffer.alloc(size * hashes.length);
    hashes.forEach((hash, index) => {
      const vector = vectors.subarray(index * dimensions, (index + 1) * dimensions);
      putRecord(records.subarray(index * size, (index + 1) * size), hash, vector, this.#precision);
    });
    await this.#write(records, this.#end);
    this.#end += records.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(bytes: Buffer, position: number): Promise<void> {
    await translated(this.#path, () => this.#file.write(bytes, 0, bytes.length, position));
  }
}

/** Not `a+`: on Linux appending mode ignores positions, and half a record at the end must be overwritten. */
async function openForUpdate(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return open(file, 'w+');
    throw error;
  }
}

/** D of a sound header of this key and precision; null otherwise. */
async function readHeader(file: FileHandle, key: Buffer, precision: VectorPrecision): Promise<number | null> {
  const bytes = Buffer.alloc(headerBytes);
  const { bytesRead } = await file.read(bytes, 0, headerBytes, 0);
  if (bytesRead < headerBytes) return null;
  const dimensions = dimensionsOf(bytes);
  return dimensions > 0 && bytes.equals(header(key, dimensions, precision)) ? dimensions : null;
}

async function translated<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asTouchstoneError(error, file);
  }
}

function asTouchstoneError(error: unknown, file: string): unknown {
  if (!(error instanceof Error && 'code' in error) || error instanceof TouchstoneError) return error;
  const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return new TouchstoneError(
    isFull ? 'disk-full' : 'file-system',
    `The cache ${file} cannot be used: ${error.message}. ${isFull ? 'Free some space' : 'Check the folder'} and try again.`,
    { details: { file }, cause: error },
  );
}
