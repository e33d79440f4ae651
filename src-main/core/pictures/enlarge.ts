/**
 * Pictures of any size as squares of one. Small ones are enlarged in plain code, bit by bit as libvips does (8.18, test/media/enlarge.test.ts): that
 * takes a millisecond to set up the work on one picture of 32 x 32, and this a tenth of it.
 */

/** Level that pads pictures to squares and stands for those that cannot be decoded. */
export const midGrey = 128;

const channels = 3;
const taps = 4;
/** Weights are whole numbers in units of 1 / 4096, places are rounded to 1 / 64, both as in libvips. */
const weightBits = 12;
const half = 1 << (weightBits - 1);
const phases = 64;

export interface Picture {
  /** uint8 RGB [height, width, 3] */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Stands for a picture that cannot be decoded: grey at any size. */
export const greyPicture: Picture = { pixels: new Uint8Array(channels).fill(midGrey), width: 1, height: 1 };

/** True where the picture has fewer pixels than a square of this side in both directions. */
export function isSmaller({ width, height }: Pick<Picture, 'width' | 'height'>, size: number): boolean {
  return Math.max(width, height) < size;
}

/**
 * Each picture as large as it fits into a square, in its middle.
 *
 * @param size Pixels per side. A picture is a square of this side already, or smaller in both directions.
 * @param squares uint8 to write into; left as it is beyond the last square.
 * @returns uint8 RGB [B, size, size, 3].
 */
export function toSquares(
  pictures: readonly Picture[],
  size: number,
  squares: Uint8Array = new Uint8Array(pictures.length * size * size * channels),
): Uint8Array {
  const length = size * size * channels;
  pictures.forEach((picture, index) =>
    putSquare(picture, size, squares.subarray(index * length, (index + 1) * length)),
  );
  return squares;
}

/** One picture into `square` [size, size, 3], enlarged by cubic convolution (Keys 1981, a = -1/2) with edges repeated. */
export function putSquare(picture: Picture, size: number, square: Uint8Array): void {
  if (isSmaller(picture, size)) enlarge(picture, size, square);
  else square.set(picture.pixels);
}

function enlarge({ pixels, width, height }: Picture, size: number, square: Uint8Array): void {
  const scale = Math.min(size / width, size / height);
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const [left, top] = [Math.floor((size - wide) / 2), Math.floor((size - high) / 2)];
  const across = knownTaps(width, wide, scale, channels);
  const down = knownTaps(height, high, scale, 1);
  const rowLength = wide * channels;
  if (spareRows.length < height * rowLength) spareRows = new Int32Array(height * rowLength);
  const rows = spareRows;
  for (let y = 0; y < height; y++) widenRow(pixels, y * width * channels, across, rows, y * rowLength);
  if (wide < size || high < size) square.fill(midGrey);
  for (let y = 0; y < high; y++) {
    const start = ((top + y) * size + left) * channels;
    blendRows(rows, down, y, square.subarray(start, start + rowLength));
  }
}

/** A picture's rows at their full width: used again for the next, because filling new memory with zeros takes as long as the work. */
let spareRows = new Int32Array(0);

/** For each place along an axis the four that it is made of, times a step, and their weights, [length, 4] each. */
interface AxisTaps {
  readonly places: Int32Array;
  readonly weights: Int32Array;
}

/** Pictures of a dataset mostly have one size. */
const recentTaps = new Map<string, AxisTaps>();
const mostRecentTaps = 64;

function knownTaps(from: number, to: number, scale: number, step: number): AxisTaps {
  const key = `${from} ${to} ${scale} ${step}`;
  const known = recentTaps.get(key);
  if (known !== undefined) return known;
  if (recentTaps.size === mostRecentTaps) recentTaps.clear();
  const found = axisTaps(from, to, scale, step);
  recentTaps.set(key, found);
  return found;
}

/** Place x of the enlarged axis is x / scale - 1 / 2 of the given one: in libvips half a pixel of the enlarged picture before where one would expect it. */
function axisTaps(from: number, to: number, scale: number, step: number): AxisTaps {
  const places = new Int32Array(to * taps);
  const weights = new Int32Array(to * taps);
  for (let target = 0; target < to; target++) {
    const centre = target / scale - 0.5;
    const before = Math.floor(centre);
    const phase = ((Math.floor((centre - before) * 2 * phases) + 1) >> 1) / phases;
    cubicWeights(phase).forEach((weight, tap) => {
      places[target * taps + tap] = step * Math.min(Math.max(before - 1 + tap, 0), from - 1);
      weights[target * taps + tap] = Math.trunc(weight * (1 << weightBits));
    });
  }
  return { places, weights };
}

/** Of the samples at -1, 0, 1, 2 for a place at t in [0, 1); they sum to one. */
function cubicWeights(t: number): readonly number[] {
  const rest = 1 - t;
  const [outer, outerNext] = [-0.5 * t * rest * rest, -0.5 * rest * t * t];
  const next = t + outer - 2 * outerNext;
  return [outer, 1 - outer - next - outerNext, next, outerNext];
}

/** One row as wide as it will be, into `rows` from `firstTarget` on; not yet cut off at 0 and 255. */
function widenRow(
  pixels: Uint8Array,
  start: number,
  { places, weights }: AxisTaps,
  rows: Int32Array,
  firstTarget: number,
): void {
  for (let tap = 0, to = firstTarget; tap < places.length; tap += taps) {
    const [wa, wb, wc, wd] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!];
    let [a, b, c, d] = [places[tap]!, places[tap + 1]!, places[tap + 2]!, places[tap + 3]!];
    for (const end = to + channels; to < end; to++) {
      rows[to] =
        (half +
          Math.imul(wa, pixels[start + a++]!) +
          Math.imul(wb, pixels[start + b++]!) +
          Math.imul(wc, pixels[start + c++]!) +
          Math.imul(wd, pixels[start + d++]!)) >>
        weightBits;
    }
  }
}

/** Row y of the enlarged picture into `target`. */
function blendRows(rows: Int32Array, { places, weights }: AxisTaps, y: number, target: Uint8Array): void {
  const tap = y * taps;
  const [wa, wb, wc, wd] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!];
  const length = target.length;
  let [a, b, c, d] = [
    places[tap]! * length,
    places[tap + 1]! * length,
    places[tap + 2]! * length,
    places[tap + 3]! * length,
  ];
  for (let x = 0; x < length; x++) {
    const value =
      (half +
        Math.imul(wa, rows[a++]!) +
        Math.imul(wb, rows[b++]!) +
        Math.imul(wc, rows[c++]!) +
        Math.imul(wd, rows[d++]!)) >>
      weightBits;
    target[x] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}
