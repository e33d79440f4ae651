/** Orders a million numbers in some tens of milliseconds, in short pieces, where a comparing sort would hold up the event loop for a second. */

const digitBits = 11;
const digitCount = 3;
const bucketCount = 1 << digitBits;

/** Values between two pauses: some 5 ms. */
const stretchValues = 200_000;

/** Lets everything else that waits run. */
export type Pause = () => Promise<void>;

/**
 * Indices of `values`, smallest value first; equal values in the order of their indices, NaN last. -0 equals 0.
 *
 * Radix sort on the bits of the float32 values, turned into unsigned integers of the same order.
 */
export async function orderByValue(values: Float32Array, pause: Pause): Promise<Int32Array> {
  const keys = sortableKeys(values);
  let order = new Int32Array(values.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  let spare = new Int32Array(values.length);
  for (let digit = 0; digit < digitCount; digit++) {
    await pause();
    await sortByDigit(keys, order, spare, digit * digitBits, pause);
    [order, spare] = [spare, order];
  }
  return order;
}

function sortableKeys(values: Float32Array): Uint32Array {
  const cleaned = new Float32Array(values.length);
  // Adding 0 makes -0 a 0.
  for (let index = 0; index < values.length; index++) cleaned[index] = (values[index] ?? 0) + 0;
  const bits = new Uint32Array(cleaned.buffer);
  for (let index = 0; index < bits.length; index++) {
    const pattern = bits[index] ?? 0;
    if ((pattern & 0x7fffffff) > 0x7f800000) bits[index] = 0xffffffff;
    else bits[index] = pattern & 0x80000000 ? ~pattern : pattern | 0x80000000;
  }
  return bits;
}

async function sortByDigit(
  keys: Uint32Array,
  from: Int32Array,
  to: Int32Array,
  shift: number,
  pause: Pause,
): Promise<void> {
  const places = bucketStarts(keys, shift);
  for (let start = 0; start < from.length; start += stretchValues) {
    if (start > 0) await pause();
    scatter(keys, from.subarray(start, start + stretchValues), to, shift, places);
  }
}

function bucketStarts(keys: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(bucketCount + 1);
  for (let index = 0; index < keys.length; index++) {
    const bucket = ((keys[index] ?? 0) >>> shift) & (bucketCount - 1);
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
  }
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
  }
  return starts;
}

/** Puts each index where its bucket stands, and moves that on. */
function scatter(keys: Uint32Array, from: Int32Array, to: Int32Array, shift: number, places: Uint32Array): void {
  for (let row = 0; row < from.length; row++) {
    const index = from[row] ?? 0;
    const bucket = ((keys[index] ?? 0) >>> shift) & (bucketCount - 1);
    const place = places[bucket] ?? 0;
    to[place] = index;
    places[bucket] = place + 1;
  }
}
