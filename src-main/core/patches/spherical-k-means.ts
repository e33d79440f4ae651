/** Words of a dictionary: directions that patches lie along. */
import type { RandomGenerator } from '../random/random-generator.ts';

const iterations = 8;
/** Vectors between two steps of the generator: some milliseconds of work. */
const stretch = 250;

/**
 * Spherical k-means with signs (Coates and Ng, "Learning feature representations with k-means", 2012): each vector x belongs to the word d with the
 * largest |d x| and adds (d x) x to it; each word is its old self plus that sum, at length one. A word without members starts again at random.
 *
 * vectors [n, D]. Returns words [K, D]. Yields the share that is done, in [0, 1].
 */
export function* sphericalKMeans(
  vectors: Float32Array,
  dimensions: number,
  wordCount: number,
  random: RandomGenerator,
): Generator<number, Float32Array> {
  const count = vectors.length / dimensions;
  let words = randomDirections(wordCount, dimensions, random);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const sums = Float64Array.from(words);
    const members = new Uint32Array(wordCount);
    for (let from = 0; from < count; from += stretch) {
      for (let row = from; row < Math.min(count, from + stretch); row++) {
        const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
        const { word, answer } = strongest(words, vector);
        members[word]! += 1;
        for (let d = 0; d < dimensions; d++) sums[word * dimensions + d]! += answer * vector[d]!;
      }
      yield (iteration + Math.min(1, (from + stretch) / count)) / iterations;
    }
    const fresh = randomDirections(wordCount, dimensions, random);
    words = Float32Array.from(sums, (sum, index) =>
      members[Math.floor(index / dimensions)] === 0 ? fresh[index]! : sum,
    );
    normaliseRows(words, dimensions);
  }
  return words;
}

function strongest(words: Float32Array, vector: Float32Array): { word: number; answer: number } {
  const dimensions = vector.length;
  let [word, answer] = [0, 0];
  for (let candidate = 0, at = 0; at < words.length; candidate++) {
    let product = 0;
    for (let d = 0; d < dimensions; d++, at++) product += words[at]! * vector[d]!;
    if (Math.abs(product) > Math.abs(answer)) [word, answer] = [candidate, product];
  }
  return { word, answer };
}

function randomDirections(count: number, dimensions: number, random: RandomGenerator): Float32Array {
  const directions = Float32Array.from({ length: count * dimensions }, () => random.normal());
  normaliseRows(directions, dimensions);
  return directions;
}

function normaliseRows(rows: Float32Array, dimensions: number): void {
  for (let start = 0; start < rows.length; start += dimensions) {
    const row = rows.subarray(start, start + dimensions);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) row.forEach((value, d) => (row[d] = value / length));
  }
}
