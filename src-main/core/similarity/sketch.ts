/**
 * Embeddings shrunk so that a million of them fit into memory: a random projection for distances, and signs of it for finding what is near.
 *
 * Johnson and Lindenstrauss (1984): with P [S, D] of independent normal numbers, |P x| / sqrt(S) is |x| up to a relative error of about
 * 1 / sqrt(2 S), whatever D. Charikar (2002): the signs of P x and P y differ in a share angle(x, y) / pi of the places.
 */
import { createRandom } from '../random/random-generator.ts';

/** S of the part that is kept as numbers. */
export const sketchSize = 64;
/** Signs kept, as words of 32 bits. */
export const signatureWords = 4;
const signatureBits = 32 * signatureWords;
/** The mean that is subtracted is that of the first so many vectors: enough for a mean, and one pass over the file instead of two. */
export const meanVectors = 2000;

export interface Sketch {
  /** Images. */
  readonly count: number;
  /** Unit vectors, float32 [N, 64]. A row of zeros stands for an image without a vector. */
  readonly coordinates: Float32Array;
  /** Signs of 128 projections, [N, 4]. */
  readonly signatures: Uint32Array;
}

/**
 * The projection for one dataset.
 *
 * mean: [D], subtracted first. `project` writes the sketch of `vector` [D] into row `place` of `sketch`. Same seed, same projection.
 */
export function createProjection(
  mean: Float32Array,
  seed: number,
): (vector: Float32Array, place: number, sketch: Sketch) => void {
  const dimensions = mean.length;
  const random = createRandom(seed);
  const matrix = Float32Array.from({ length: signatureBits * dimensions }, () => random.normal()); // [128, D]
  const centred = new Float32Array(dimensions);
  const projected = new Float32Array(signatureBits);
  return (vector, place, { coordinates, signatures }) => {
    for (let d = 0; d < dimensions; d++) centred[d] = (vector[d] ?? 0) - (mean[d] ?? 0);
    for (let row = 0; row < signatureBits; row++) {
      let sum = 0;
      const start = row * dimensions;
      for (let d = 0; d < dimensions; d++) sum += (matrix[start + d] ?? 0) * (centred[d] ?? 0);
      projected[row] = sum;
    }
    writeUnit(projected.subarray(0, sketchSize), coordinates.subarray(place * sketchSize, (place + 1) * sketchSize));
    for (let word = 0; word < signatureWords; word++) {
      let bits = 0;
      for (let bit = 0; bit < 32; bit++) if ((projected[32 * word + bit] ?? 0) > 0) bits |= 1 << bit;
      signatures[place * signatureWords + word] = bits;
    }
  };
}

/** All rows zero. */
export function emptySketch(count: number): Sketch {
  const coordinates = new Float32Array(count * sketchSize);
  return { count, coordinates, signatures: new Uint32Array(count * signatureWords) };
}

/** [D] of vectors [n, D], n >= 1. */
export function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sums = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, d) => (sums[d] = (sums[d] ?? 0) + value));
  return Float32Array.from(sums, (sum) => sum / Math.max(1, vectors.length));
}

/** Cosine of two images' centred embeddings, in [-1, 1], as far as the sketch tells; 0 where one has none. */
export function sketchCosine({ coordinates }: Sketch, a: number, b: number): number {
  let sum = 0;
  const [startA, startB] = [a * sketchSize, b * sketchSize];
  for (let s = 0; s < sketchSize; s++) sum += (coordinates[startA + s] ?? 0) * (coordinates[startB + s] ?? 0);
  return sum;
}

/** Places in which two rows of bits differ. words: how many of 32 bits a row has. */
export function hammingDistance(bits: Uint32Array, words: number, a: number, b: number): number {
  let distance = 0;
  for (let word = 0; word < words; word++) {
    distance += countBits((bits[a * words + word] ?? 0) ^ (bits[b * words + word] ?? 0));
  }
  return distance;
}

/** Warren, Hacker's Delight, 5-1. */
function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function writeUnit(from: Float32Array, to: Float32Array): void {
  let squares = 0;
  for (const value of from) squares += value * value;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let s = 0; s < from.length; s++) to[s] = scale * (from[s] ?? 0);
}
