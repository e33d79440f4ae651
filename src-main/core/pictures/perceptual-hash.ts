/**
 * A hash that stays nearly the same when a picture is resized, recompressed or slightly changed in brightness: for each place of a grid
 * of 8 x 8 whether it is brighter than the place right of it ("difference hash", N. Krawetz 2013).
 */
import { thumbSide } from '../similarity/near-pairs.ts';

const side = 8;

/** grey: uint8 [height, width]. Returns 64 bits as two words. */
export function perceptualHash(grey: Uint8Array, width: number, height: number): readonly [number, number] {
  const small = shrink(grey, width, height, side + 1, side); // [8, 9]
  const words: [number, number] = [0, 0];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const bit = y * side + x;
      const isBrighter = (small[y * (side + 1) + x] ?? 0) > (small[y * (side + 1) + x + 1] ?? 0);
      if (isBrighter) words[bit < 32 ? 0 : 1] |= 1 << (bit & 31);
    }
  }
  return [words[0] >>> 0, words[1] >>> 0];
}

/** The picture as 16 x 16 grey values, whatever its shape; uint8 [256]. */
export function thumbOf(grey: Uint8Array, width: number, height: number): Uint8Array {
  return Uint8Array.from(shrink(grey, width, height, thumbSide, thumbSide), Math.round);
}

/** Means over equal parts; a picture smaller than the grid repeats its pixels. float32 [toHeight, toWidth]. */
function shrink(grey: Uint8Array, width: number, height: number, toWidth: number, toHeight: number): Float32Array {
  const result = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const [top, bottom] = part(y, toHeight, height);
    for (let x = 0; x < toWidth; x++) {
      const [left, right] = part(x, toWidth, width);
      let sum = 0;
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) sum += grey[row * width + column] ?? 0;
      }
      result[y * toWidth + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return result;
}

/** Pixels [from, to) of part `place` of `parts`; never empty. */
function part(place: number, parts: number, size: number): readonly [number, number] {
  const from = Math.min(size - 1, Math.floor((place * size) / parts));
  return [from, Math.max(from + 1, Math.floor(((place + 1) * size) / parts))];
}
