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

function enlarge(picture: Picture, size: number, square: Uint8Array): void {
  const { width, height } = picture;
  const scale = Math.min(size / width, size / height);
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const [left, top] = [Math.floor((size - wide) / 2), Math.floor((size - high) / 2)];
  const rowLength = wide * channels;
  if (spareRows.length < height * rowLength) spareRows = new Float64Array(height * rowLength);
  widenRows(picture, knownTaps(width, wide, scale, channels), spareRows);
  if (wide < size || high < size) square.fill(midGrey);
  const down = knownTaps(height, high, scale, rowLength);
  for (let y = 0; y < high; y++) blendRows(spareRows, rowLength, down, y, square, ((top + y) * size + left) * channels);
}

/** A picture's rows at their full width: used again for the next, because filling new memory with zeros takes as long as the work. */
let spareRows = new Float64Array(0);

/** For each place along an axis the four that it is made of, times a step, and their weights, [length, 4] each; doubles multiply whole numbers fastest. */
interface AxisTaps {
  readonly places: Int32Array;
  readonly weights: Float64Array;
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
  const weights = new Float64Array(to * taps);
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

/** Every row as wide as it will be, float64 [height, wide * 3] of whole numbers that are not yet cut off at 0 and 255. */
function widenRows({ pixels, width }: Picture, { places, weights }: AxisTaps, rows: Float64Array): void {
  const rowLength = channels * width;
  const wideLength = (channels * places.length) / taps;
  for (let tap = 0, column = 0; tap < places.length; tap += taps, column += channels) {
    const [wa, wb, wc, wd] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!];
    const [a, b, c, d] = [places[tap]!, places[tap + 1]!, places[tap + 2]!, places[tap + 3]!];
    for (let from = 0, to = column; from < pixels.length; from += rowLength, to += wideLength) {
      for (let channel = 0; channel < channels; channel++) {
        const at = from + channel;
        const sum = wa * pixels[at + a]! + wb * pixels[at + b]! + wc * pixels[at + c]! + wd * pixels[at + d]!;
        rows[to + channel] = (sum + half) >> weightBits;
      }
    }
  }
}

/** Row y of the enlarged picture into `square` from `start` on. */
function blendRows(
  rows: Float64Array,
  rowLength: number,
  { places, weights }: AxisTaps,
  y: number,
  square: Uint8Array,
  start: number,
): void {
  const tap = y * taps;
  const [wa, wb, wc, wd] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!];
  const [a, b, c, d] = [places[tap]!, places[tap + 1]!, places[tap + 2]!, places[tap + 3]!];
  for (let x = 0; x < rowLength; x++) {
    const sum = wa * rows[a + x]! + wb * rows[b + x]! + wc * rows[c + x]! + wd * rows[d + x]!;
    const value = (sum + half) >> weightBits;
    square[start + x] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}
