/** Learns a dictionary of patches from pictures, and folds it into filters that are applied to pixels directly. */
import { createRandom, deriveSeed, type RandomGenerator } from '../random/random-generator.ts';
import { sphericalKMeans } from './spherical-k-means.ts';
import { inverseSquareRoot } from './whitening.ts';

/** What stands in a run's settings in place of a backbone's file, and the side in pixels that pictures are fitted into unless told otherwise. */
export const patchDictionary = { name: 'patch-dictionary.onnx', imageSize: 32 } as const;

/** Sides of a patch and of the smallest picture in pixels; words; patches learned from. Coates, Ng and Lee 2011: 6 pixels do best. */
export const patchSide = 6;
const wordCount = 256;
const mostPatches = 25_000;
const patchesPerPicture = 250;
const channels = 3;
const dimensions = channels * patchSide * patchSide;

/** Pixels are in [0, 1]. Keeps flat patches from being blown up: 10 on the scale of 255, as in the paper. */
const flatness = 10 / 255 ** 2;
/** Added to the variances before whitening, as a share of their mean: below it there is only noise. */
const whiteningShare = 0.1;
/** An answer below this is none. */
const threshold = 0.25;

/**
 * How a patch x, [3, 6, 6] in [0, 1], is answered by word k:
 *
 *     f_k = max(0, filters_k x / sqrt(var(x) + flatness) - offsets_k)          var: over the patch's 108 values
 *
 * filters [K, 108]: (word_k P), less its mean so that the mean of x drops out; offsets_k = word_k P mu + threshold, with P the whitening map and mu the
 * mean of the normalised patches.
 */
export interface PatchDictionary {
  readonly filters: Float32Array;
  readonly offsets: Float32Array;
  readonly flatness: number;
}

/**
 * pixels: uint8 RGB [B, S, S, 3]. The same pictures and seed give the same dictionary. Yields the share that is done, in [0, 1].
 * Throws RangeError for pictures smaller than a patch.
 */
export function* learnDictionary(pixels: Uint8Array, size: number, seed: number): Generator<number, PatchDictionary> {
  if (size < patchSide) throw new RangeError(`Patches of ${patchSide} pixels do not fit into images of ${size}.`);
  const patches = drawPatches(pixels, size, createRandom(deriveSeed(seed, 'patches')));
  const mean = meanOf(patches);
  yield 0;
  const whitening = inverseSquareRoot(covariance(patches, mean), dimensions);
  yield 0;
  const white = whiten(patches, mean, whitening);
  const words = yield* sphericalKMeans(white, dimensions, wordCount, createRandom(deriveSeed(seed, 'words')));
  return fold(words, whitening, mean);
}

/** [n, 108] in the order channel, row, column; each less its mean, over its standard deviation. */
function drawPatches(pixels: Uint8Array, size: number, random: RandomGenerator): Float32Array {
  const pictureBytes = channels * size * size;
  const pictureCount = pixels.length / pictureBytes;
  const patchCount = Math.min(mostPatches, patchesPerPicture * pictureCount);
  const patches = new Float32Array(patchCount * dimensions);
  const places = size - patchSide + 1;
  for (let patch = 0; patch < patchCount; patch++) {
    const [picture, top, left] = [random.integer(pictureCount), random.integer(places), random.integer(places)];
    const target = patches.subarray(patch * dimensions, (patch + 1) * dimensions);
    for (let index = 0; index < dimensions; index++) {
      const channel = Math.floor(index / (patchSide * patchSide));
      const row = top + (Math.floor(index / patchSide) % patchSide);
      const column = left + (index % patchSide);
      target[index] = pixels[picture * pictureBytes + (row * size + column) * channels + channel]! / 255;
    }
    normalise(target);
  }
  return patches;
}

function normalise(patch: Float32Array): void {
  const mean = patch.reduce((sum, value) => sum + value, 0) / dimensions;
  const variance = patch.reduce((sum, value) => sum + (value - mean) ** 2, 0) / dimensions;
  patch.forEach((value, index) => (patch[index] = (value - mean) / Math.sqrt(variance + flatness)));
}

function meanOf(patches: Float32Array): Float64Array {
  const mean = new Float64Array(dimensions);
  patches.forEach((value, index) => (mean[index % dimensions]! += value));
  return mean.map((sum) => (sum * dimensions) / patches.length);
}

/** Regularised. */
function covariance(patches: Float32Array, mean: Float64Array): Float64Array {
  const patchCount = patches.length / dimensions;
  const sums = new Float64Array(dimensions * dimensions);
  for (let start = 0; start < patches.length; start += dimensions) {
    const centred = mean.map((value, d) => patches[start + d]! - value);
    for (let a = 0; a < dimensions; a++) {
      for (let b = a; b < dimensions; b++) sums[a * dimensions + b]! += centred[a]! * centred[b]!;
    }
  }
  let trace = 0;
  for (let a = 0; a < dimensions; a++) trace += sums[a * dimensions + a]! / patchCount;
  // Pictures of one colour have no variance at all.
  const added = Math.max(1e-6, (whiteningShare * trace) / dimensions);
  return sums.map((_, index) => {
    const [a, b] = [Math.floor(index / dimensions), index % dimensions];
    return sums[Math.min(a, b) * dimensions + Math.max(a, b)]! / patchCount + (a === b ? added : 0);
  });
}

function whiten(patches: Float32Array, mean: Float64Array, whitening: Float64Array): Float32Array {
  const white = new Float32Array(patches.length);
  for (let start = 0; start < patches.length; start += dimensions) {
    for (let a = 0; a < dimensions; a++) {
      let sum = 0;
      for (let b = 0; b < dimensions; b++) sum += whitening[a * dimensions + b]! * (patches[start + b]! - mean[b]!);
      white[start + a] = sum;
    }
  }
  return white;
}

function fold(words: Float32Array, whitening: Float64Array, mean: Float64Array): PatchDictionary {
  const filters = new Float32Array(words.length);
  const offsets = new Float32Array(wordCount).fill(threshold);
  for (let word = 0; word < wordCount; word++) {
    const filter = filters.subarray(word * dimensions, (word + 1) * dimensions);
    for (let b = 0; b < dimensions; b++) {
      for (let a = 0; a < dimensions; a++) filter[b]! += words[word * dimensions + a]! * whitening[a * dimensions + b]!;
      offsets[word]! += filter[b]! * mean[b]!;
    }
    const average = filter.reduce((sum, value) => sum + value, 0) / dimensions;
    filter.forEach((value, b) => (filter[b] = value - average));
  }
  return { filters, offsets, flatness };
}
