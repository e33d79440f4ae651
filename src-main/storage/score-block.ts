/** A stretch of a ranked list as it is stored: up to 500 keys (float32), then as many sample ids (uint32), little-endian. */
import { TouchstoneError } from '../core/errors.ts';

/** About the size of a page of the file. */
export const entriesPerBlock = 500;

const bytesPerKey = Float32Array.BYTES_PER_ELEMENT;
const bytesPerEntry = bytesPerKey + Uint32Array.BYTES_PER_ELEMENT;

export interface ScoreBlock {
  /** Ascending, equal ones by ascending id. */
  readonly keys: Float32Array;
  readonly sampleIds: Uint32Array;
}

export function packBlock({ keys, sampleIds }: ScoreBlock): Uint8Array {
  const bytes = new Uint8Array(keys.length * bytesPerEntry);
  new Float32Array(bytes.buffer, 0, keys.length).set(keys);
  new Uint32Array(bytes.buffer, keys.length * bytesPerKey, keys.length).set(sampleIds);
  return bytes;
}

/** Throws `project-damaged`: the file is untrusted. */
export function unpackBlock(bytes: Uint8Array): ScoreBlock {
  if (bytes.length === 0 || bytes.length % bytesPerEntry !== 0) {
    throw new TouchstoneError(
      'project-damaged',
      "The project file holds an incomplete part of a ranked list. Put back a backup of the project's folder.",
    );
  }
  const count = bytes.length / bytesPerEntry;
  const { buffer } = new Uint8Array(bytes);
  return { keys: new Float32Array(buffer, 0, count), sampleIds: new Uint32Array(buffer, count * bytesPerKey, count) };
}

/** Index of the first entry behind (key, id), or the number of entries. */
export function firstBehind({ keys, sampleIds }: ScoreBlock, key: number, id: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const middleKey = keys[middle] ?? 0;
    const isBehind = middleKey > key || (middleKey === key && (sampleIds[middle] ?? 0) > id);
    if (isBehind) high = middle;
    else low = middle + 1;
  }
  return low;
}
