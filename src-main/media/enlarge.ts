/**
 * Enlarges small pictures in plain code, bit by bit as libvips does (8.18, test/media/enlarge.test.ts): that takes a millisecond to set up the work on
 * one picture of 32 x 32, and this a tenth of it.
 */

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

/**
 * The picture as large as it fits into a square, in its middle, by cubic convolution (Keys 1981, a = -1/2) with edges repeated.
 *
 * @param size Pixels per side; more than the picture has in either direction.
 * @param background Level that fills the rest of the square.
 * @returns uint8 RGB [size, size, 3].
 */
export function enlargeToSquare({ pixels, width, height }: Picture, size: number, background: number): Uint8Array {
  const scale = Math.min(size / width, size / height);
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const [left, top] = [Math.floor((size - wide) / 2), Math.floor((size - high) / 2)];
  const across = axisTaps(width, wide, scale, channels);
  const down = axisTaps(height, high, scale, 1);
  const rows = Array.from({ length: height }, (_, y) => widenRow(pixels, y * width * channels, across));
  const square = new Uint8Array(size * size * channels);
  if (wide < size || high < size) square.fill(background);
  for (let y = 0; y < high; y++) blendRows(rows, down, y, square, ((top + y) * size + left) * channels);
  return square;
}

/** For each place along an axis the four that it is made of, times a step, and their weights, [length, 4] each. */
interface AxisTaps {
  readonly places: Int32Array;
  readonly weights: Int32Array;
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

/** One row as wide as it will be, [wide, 3]; not yet cut off at 0 and 255. */
function widenRow(pixels: Uint8Array, start: number, { places, weights }: AxisTaps): Int32Array {
  const row = new Int32Array((places.length / taps) * channels);
  for (let tap = 0, to = 0; tap < places.length; tap += taps) {
    const [wa, wb, wc, wd] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!];
    let [a, b, c, d] = [places[tap]!, places[tap + 1]!, places[tap + 2]!, places[tap + 3]!];
    for (const end = to + channels; to < end; to++) {
      row[to] =
        (half +
          wa * pixels[start + a++]! +
          wb * pixels[start + b++]! +
          wc * pixels[start + c++]! +
          wd * pixels[start + d++]!) >>
        weightBits;
    }
  }
  return row;
}

/** Row y of the enlarged picture into `target`. */
function blendRows(rows: readonly Int32Array[], down: AxisTaps, y: number, target: Uint8Array, start: number): void {
  const [a, b, c, d] = rowTaps(rows, down, y);
  const [wa = 0, wb = 0, wc = 0, wd = 0] = down.weights.subarray(y * taps, (y + 1) * taps);
  for (let x = 0; x < a.length; x++) {
    const value = (half + wa * a[x]! + wb * b[x]! + wc * c[x]! + wd * d[x]!) >> weightBits;
    target[start + x] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}

function rowTaps(rows: readonly Int32Array[], { places }: AxisTaps, y: number) {
  const row = (tap: number): Int32Array => rows[places[y * taps + tap]!]!;
  return [row(0), row(1), row(2), row(3)] as const;
}
