/**
 * Vectors that were computed once, in a file of the project's cache folder.
 *
 * The file is a header and records of equal size, only ever appended to: a kill leaves at most half a record at the end, which the
 * next run overwrites, so embedding goes on where it stopped. Every record carries its own checksum: a damaged one is as good as
 * absent. Vectors are keyed by the image's content, so a renamed or copied image costs nothing.
 *
 *     header   magic 8 bytes | D uint32 | CRC-32 of the key uint32 | key SHA-256, 32 bytes
 *     record   content SHA-256, 32 bytes | vector float32 x D | CRC-32 of both uint32          little-endian
 */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { TouchstoneError } from '../core/errors.ts';

const magic = 'TSEMBED1';
const hashBytes = 32;
const headerBytes = magic.length + 4 + 4 + hashBytes;
/** Read at once: large enough for speed, small enough to leave the event loop free. */
const recordsPerRead = 128;

/** Places in the caller's arrays of each content hash (lower-case hexadecimal): the same image may occur more than once. */
export type PlacesByHash = ReadonlyMap<string, readonly number[]>;

/** One open cache file. Close it. */
export class EmbeddingCache {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #key: Buffer;
  /** D, or null as long as nothing was written. */
  #dimensions: number | null;
  /** Where the next record goes. */
  #end: number;

  private constructor(file: FileHandle, filePath: string, key: Buffer, dimensions: number | null, end: number) {
    this.#file = file;
    this.#path = filePath;
    this.#key = key;
    this.#dimensions = dimensions;
    this.#end = end;
  }

  /**
   * Opens or makes `file`. key: SHA-256, in hexadecimal, of all that decides the vectors beside the image. A file of another key or
   * with a damaged header is begun anew.
   */
  static async open(file: string, key: string): Promise<EmbeddingCache> {
    await translated(file, () => mkdir(path.dirname(file), { recursive: true }));
    const handle = await translated(file, () => openForUpdate(file));
    return EmbeddingCache.#fromHandle(handle, file, key);
  }

  /** Opens for reading alone; null where there is no such file. */
  static async openExisting(file: string, key: string): Promise<EmbeddingCache | null> {
    try {
      return await EmbeddingCache.#fromHandle(await open(file, 'r'), file, key);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw asTouchstoneError(error, file);
    }
  }

  static async #fromHandle(handle: FileHandle, file: string, key: string): Promise<EmbeddingCache> {
    const keyBytes = Buffer.from(key, 'hex');
    const dimensions = await readHeader(handle, keyBytes);
    if (dimensions === null) return new EmbeddingCache(handle, file, keyBytes, null, headerBytes);
    const { size } = await handle.stat();
    const records = Math.floor((size - headerBytes) / recordBytes(dimensions));
    return new EmbeddingCache(handle, file, keyBytes, dimensions, headerBytes + records * recordBytes(dimensions));
  }

  get dimensions(): number | null {
    return this.#dimensions;
  }

  /** Writes every vector found to its places in `target` [N, D] and returns the hashes that were found. */
  async read(places: PlacesByHash, target: Float32Array): Promise<Set<string>> {
    const found = new Set<string>();
    const dimensions = this.#dimensions;
    if (dimensions === null) return found;
    const size = recordBytes(dimensions);
    const chunk = Buffer.alloc(size * recordsPerRead);
    for (let position = headerBytes; position < this.#end; position += chunk.length) {
      const wanted = Math.min(chunk.length, this.#end - position);
      const { bytesRead } = await translated(this.#path, () => this.#file.read(chunk, 0, wanted, position));
      for (let start = 0; start + size <= bytesRead; start += size) {
        const hash = takeRecord(chunk.subarray(start, start + size), places, target, dimensions);
        if (hash !== null) found.add(hash);
      }
    }
    return found;
  }

  /** Appends records: hashes [n], vectors [n, D]. The first call decides D. Throws `disk-full` or `file-system`. */
  async append(hashes: readonly string[], vectors: Float32Array, dimensions: number): Promise<void> {
    if (hashes.length === 0) return;
    if (this.#dimensions === null) {
      await this.#write(header(this.#key, dimensions), 0);
      this.#dimensions = dimensions;
    }
    const size = recordBytes(dimensions);
    const records = Buffer.alloc(size * hashes.length);
    hashes.forEach((hash, index) => {
      const vector = vectors.subarray(index * dimensions, (index + 1) * dimensions);
      putRecord(records.subarray(index * size, (index + 1) * size), hash, vector);
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

function recordBytes(dimensions: number): number {
  return hashBytes + 4 * dimensions + 4;
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

/** D of a sound header of this key; null otherwise. */
async function readHeader(file: FileHandle, key: Buffer): Promise<number | null> {
  const bytes = Buffer.alloc(headerBytes);
  const { bytesRead } = await file.read(bytes, 0, headerBytes, 0);
  if (bytesRead < headerBytes) return null;
  const dimensions = bytes.readUInt32LE(magic.length);
  return dimensions > 0 && bytes.equals(header(key, dimensions)) ? dimensions : null;
}

function header(key: Buffer, dimensions: number): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write(magic, 0, 'latin1');
  bytes.writeUInt32LE(dimensions, magic.length);
  key.copy(bytes, magic.length + 8);
  bytes.writeUInt32LE(crc32(key, dimensions), magic.length + 4);
  return bytes;
}

function putRecord(record: Buffer, hash: string, vector: Float32Array): void {
  record.write(hash, 0, 'hex');
  vector.forEach((value, d) => record.writeFloatLE(value, hashBytes + 4 * d));
  record.writeUInt32LE(crc32(record.subarray(0, -4)), record.length - 4);
}

/** Copies a sound record's vector to its places; its hash, or null where it is damaged or not asked for. */
function takeRecord(record: Buffer, places: PlacesByHash, target: Float32Array, dimensions: number): string | null {
  const hash = record.toString('hex', 0, hashBytes);
  const indices = places.get(hash);
  if (indices === undefined || crc32(record.subarray(0, -4)) !== record.readUInt32LE(record.length - 4)) return null;
  const vector = Float32Array.from({ length: dimensions }, (_, d) => record.readFloatLE(hashBytes + 4 * d));
  for (const index of indices) target.set(vector, index * dimensions);
  return hash;
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
