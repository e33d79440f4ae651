/**
 * A file of decoded pictures, keyed by content hash, that can be trusted after a kill or a power cut: a picture counts only once
 * the index names it, the index is written after the pixels have reached the disk, and both carry checksums.
 *
 * `pixels.bin`: slots of one picture each. `index.bin`: a header, then per slot, in order, the content hash (32 bytes), the CRC-32
 * of the pixels, and the CRC-32 of these 36 bytes. The first index entry that does not check out ends the index.
 */
import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Changes whenever pictures would be decoded differently: old caches then start anew. */
const header = Buffer.from('touchstone pixels, version 1\n');

const hashBytes = 32;
const entryBytes = hashBytes + 4 + 4;

/** Pictures are flushed together: a flush costs milliseconds, and a kill loses so many at most. */
const flushBytes = 16 * 1024 * 1024;

export class PixelStore {
  readonly #data: FileHandle;
  readonly #index: FileHandle;
  readonly #slotBytes: number;
  readonly #slots: Map<string, { readonly slot: number; readonly checksum: number }>;
  #slotCount: number;
  #waiting: { readonly contentHash: string; readonly pixels: Uint8Array }[] = [];

  private constructor(data: FileHandle, index: FileHandle, slotBytes: number, contents: IndexContents) {
    this.#data = data;
    this.#index = index;
    this.#slotBytes = slotBytes;
    this.#slots = contents.slots;
    this.#slotCount = contents.slotCount;
  }

  /**
   * Opens the store in a folder, or starts one there; what a kill left half-written is cut off.
   *
   * @param slotBytes Size of one picture.
   */
  static async open(folder: string, slotBytes: number): Promise<PixelStore> {
    await mkdir(folder, { recursive: true });
    const data = await openForUpdate(join(folder, 'pixels.bin'));
    const index = await openForUpdate(join(folder, 'index.bin'));
    const contents = parseIndex(await index.readFile(), Math.floor((await data.stat()).size / slotBytes));
    await data.truncate(contents.slotCount * slotBytes);
    await index.truncate(header.length + contents.slotCount * entryBytes);
    await writeFully(index, header, 0);
    return new PixelStore(data, index, slotBytes, contents);
  }

  /** Reads a picture into `target` (slotBytes long). False where the store lacks it or its pixels do not check out. */
  async read(contentHash: string, target: Uint8Array): Promise<boolean> {
    const found = this.#slots.get(contentHash);
    if (found === undefined) return false;
    const { bytesRead } = await this.#data.read(target, 0, this.#slotBytes, found.slot * this.#slotBytes);
    return bytesRead === this.#slotBytes && crc32(target) === found.checksum;
  }

  /** Adds a picture. It is on the disk after the next flush, which happens by itself from time to time. */
  async add(contentHash: string, pixels: Uint8Array): Promise<void> {
    this.#waiting.push({ contentHash, pixels });
    if (this.#waiting.length * this.#slotBytes >= flushBytes) await this.flush();
  }

  async flush(): Promise<void> {
    const added = this.#waiting;
    if (added.length === 0) return;
    this.#waiting = [];
    const firstSlot = this.#slotCount;
    await writeFully(this.#data, Buffer.concat(added.map(({ pixels }) => pixels)), firstSlot * this.#slotBytes);
    await this.#data.datasync();
    const entries = Buffer.concat(added.map(({ contentHash, pixels }) => indexEntry(contentHash, crc32(pixels))));
    await writeFully(this.#index, entries, header.length + firstSlot * entryBytes);
    await this.#index.datasync();
    this.#slotCount += added.length;
  }

  /** Closes the files; what was not flushed is given up. */
  async close(): Promise<void> {
    await this.#data.close();
    await this.#index.close();
  }
}

/** Opens for reading and writing in place, and makes the file where there is none. */
async function openForUpdate(file: string): Promise<FileHandle> {
  return await open(file, constants.O_RDWR | constants.O_CREAT);
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

interface IndexContents {
  readonly slots: Map<string, { readonly slot: number; readonly checksum: number }>;
  readonly slotCount: number;
}

function parseIndex(bytes: Buffer, slotsInFile: number): IndexContents {
  const slots: IndexContents['slots'] = new Map();
  if (!bytes.subarray(0, header.length).equals(header)) return { slots, slotCount: 0 };
  let slot = 0;
  for (let start = header.length; start + entryBytes <= bytes.length && slot < slotsInFile; start += entryBytes) {
    const entry = bytes.subarray(start, start + entryBytes);
    if (crc32(entry.subarray(0, hashBytes + 4)) !== entry.readUInt32LE(hashBytes + 4)) break;
    slots.set(entry.toString('hex', 0, hashBytes), { slot, checksum: entry.readUInt32LE(hashBytes) });
    slot += 1;
  }
  return { slots, slotCount: slot };
}

function indexEntry(contentHash: string, checksum: number): Buffer {
  const entry = Buffer.alloc(entryBytes);
  entry.write(contentHash, 0, hashBytes, 'hex');
  entry.writeUInt32LE(checksum, hashBytes);
  entry.writeUInt32LE(crc32(entry.subarray(0, hashBytes + 4)), hashBytes + 4);
  return entry;
}
