/**
 * A backbone's vectors in fewer dimensions: their coordinates in the subspace that holds most of the variance. Heads and regressions then
 * cost a quarter, and rank as well (docs/benchmarks.md).
 */
import { dispose, matMul, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { throwIfCancelled } from '../errors.ts';
import { patchDictionary } from '../patches/learn-dictionary.ts';
import { createRandom, type RandomGenerator } from '../random/random-generator.ts';
import { randomPermutation } from '../random/shuffle.ts';
import { dot } from './dot.ts';
import { columnMoments } from './standardise.ts';

/** What suits vectors of one origin. */
interface Habits {
  /** Dimensions that are kept. */
  readonly kept: number;
  /** Weight of the |W|^2 of a regression on them. */
  readonly penalty: number;
}
/** Of a network's vectors. Measured: 128 dimensions lose .003 of AUROC on human labels, 512 gain nothing; penalties of 0.25 and (unreduced) 0.02 rank worse. */
const ofNetworks: Habits = { kept: 256, penalty: 0.03 };
/**
 * Of the patch dictionary, whose directions of little variance still tell classes apart: 256 dimensions lose .004 there, 512 lose .0005. A penalty
 * that holds those directions down as well ranks worse: .837 on human labels with 0.03, .844 with this one.
 */
const ofPatches: Habits = { kept: 512, penalty: 0.0075 };
/** Many classes need as many directions to differ in, and more. */
const dimensionsPerClass = 4;
/** Fewer dimensions than this many times the kept ones are left as they are: not worth the effort. */
const worthwhile = 1.5;
/** Samples that the subspace is found from, at most: some ten per dimension. */
const mostRows = 2500;
const iterations = 3;
const blockRows = 1000;
/** Directions that are made orthonormal at a time. */
const blockDirections = 32;
/** Any number does: the same vectors always get the same coordinates. */
const seed = 1;
/** Below this share of its length a direction is rounding: there are fewer samples than dimensions. */
const leastLength = 1e-5;

export interface ReducedVectors {
  /** [N, k] */
  readonly vectors: Float32Array;
  /** k */
  readonly dimensions: number;
  /** Orthonormal columns, [D, k]: what standardised vectors are multiplied by. Null: they were left as they are. */
  readonly basis: Float32Array | null;
  /** Weight of |W|^2 that suits a regression on them (soft-regression.ts). */
  readonly penalty: number;
  /** Sum of the variances, of D in the standardised vectors. */
  readonly variance: number;
  /** Of the vectors as they were, [D]: standardised is (x - mean) * scale; of a dimension that never varies the scale is 0. */
  readonly means: Float64Array;
  readonly scales: Float64Array;
}

export interface VectorsOfClasses {
  /** [N, D], not standardised. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  readonly classCount: number;
  /** What made the vectors; a pretrained network unless given. */
  readonly backbone?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Standardises vectors per dimension and multiplies them by an orthonormal basis B [D, k] of (nearly) their first k principal components,
 * k = max(256, 4 K) (512 of the patch dictionary), where D is large enough to gain by it. Inner products, and so all that is linear in the vectors, change by no more than
 * the variance that is left out.
 *
 * B = Q R: Q by subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4), R a random rotation, so that every coordinate carries
 * the same share of the variance and dropout of coordinates treats all directions alike. Runs on the current TF.js engine; linear in N.
 * Rejects with `cancelled`.
 */
export async function reduceVectors({
  vectors,
  dimensions,
  classCount,
  backbone,
  signal,
}: VectorsOfClasses): Promise<ReducedVectors> {
  const habits = backbone === patchDictionary.name ? ofPatches : ofNetworks;
  const kept = Math.max(habits.kept, dimensionsPerClass * classCount);
  const { means, deviations } = columnMoments(vectors, dimensions);
  const scaling = { means, scales: deviations.map((deviation) => (deviation > 0 ? 1 / deviation : 0)) };
  const about = { penalty: habits.penalty, ...scaling };
  const standardise = standardiser(vectors, scaling);
  const count = vectors.length / dimensions;
  if (dimensions < worthwhile * kept) {
    const standardised = standardise(Uint32Array.from({ length: count }, (_, row) => row));
    return { vectors: standardised, dimensions, basis: null, variance: dimensions, ...about };
  }
  const basis = await findBasis(standardise, count, [dimensions, kept], signal);
  const reduced = await project(standardise, basis, count, [dimensions, kept], signal);
  const variance = columnMoments(reduced, kept).deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  return { vectors: reduced, dimensions: kept, basis, variance, ...about };
}

/** Other vectors [n, D] by the same numbers, [n, k]. */
export async function reduceAlike(vectors: Float32Array, like: ReducedVectors): Promise<Float32Array> {
  const standardise = standardiser(vectors, like);
  const count = vectors.length / like.means.length;
  if (like.basis === null) return standardise(Uint32Array.from({ length: count }, (_, row) => row));
  return project(standardise, like.basis, count, [like.means.length, like.dimensions], undefined);
}

/**
 * The dropout rate of coordinates that stands for `rate` among the standardised dimensions, by the odds p / (1 - p). A unit's input under dropout
 * varies with the odds and with the mean square of a coordinate, variance / k instead of 1: odds of k / variance times as much would keep
 * the noise, the same odds the share that is seen. Measured: their geometric mean ranks best.
 */
export function reducedDropout(
  rate: number,
  { basis, dimensions, variance }: Pick<ReducedVectors, 'basis' | 'dimensions' | 'variance'>,
): number {
  if (basis === null || !(variance > 0) || rate >= 1) return rate;
  const odds = (rate / (1 - rate)) * Math.sqrt(Math.min(1, dimensions / variance));
  return odds / (1 + odds);
}

type Shape = readonly [dimensions: number, kept: number];
/** Standardised rows of some samples, [rows, D]. */
type Standardise = (samples: Uint32Array) => Float32Array;

function standardiser(vectors: Float32Array, { means, scales }: Pick<ReducedVectors, 'means' | 'scales'>): Standardise {
  const dimensions = means.length;
  return (samples) => {
    const rows = new Float32Array(samples.length * dimensions);
    samples.forEach((sample, row) => {
      const [from, to] = [sample * dimensions, row * dimensions];
      for (let d = 0; d < dimensions; d++) rows[to + d] = (vectors[from + d]! - means[d]!) * scales[d]!;
    });
    return rows;
  };
}

async function findBasis(standardise: Standardise, count: number, shape: Shape, signal: AbortSignal | undefined) {
  const [dimensions, kept] = shape;
  const random = createRandom(seed);
  const samples = randomPermutation(count, random).slice(0, mostRows);
  const rows = tensor2d(standardise(samples), [samples.length, dimensions]);
  let directions = randomRows(kept, dimensions, random);
  try {
    for (let iteration = 0; iteration < iterations; iteration++) {
      throwIfCancelled(signal);
      directions = await orthonormal(await applyCovariance(rows, directions, shape), dimensions);
    }
  } finally {
    rows.dispose();
  }
  const rotation = await orthonormal(randomRows(kept, kept, random), kept);
  const mixed = tidy(() =>
    matMul<Tensor2D>(tensor2d(directions, [kept, dimensions]), tensor2d(rotation, [kept, kept]), true, true),
  );
  return valuesOf(mixed); // [D, k]
}

/** (X^T X d) of each direction d: directions [k, D] -> [k, D]. */
async function applyCovariance(rows: Tensor2D, directions: Float32Array, [dimensions, kept]: Shape) {
  const product = tidy(() => {
    const coordinates = matMul<Tensor2D>(tensor2d(directions, [kept, dimensions]), rows, false, true); // [k, m]
    return matMul<Tensor2D>(coordinates, rows); // [k, D]
  });
  return valuesOf(product);
}

async function project(
  standardise: Standardise,
  basis: Float32Array,
  count: number,
  [dimensions, kept]: Shape,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const reduced = new Float32Array(count * kept);
  const factor = tensor2d(basis, [dimensions, kept]);
  try {
    for (let from = 0; from < count; from += blockRows) {
      throwIfCancelled(signal);
      const samples = Uint32Array.from({ length: Math.min(blockRows, count - from) }, (_, row) => from + row);
      const block = tensor2d(standardise(samples), [samples.length, dimensions]);
      const products = matMul<Tensor2D>(block, factor);
      block.dispose();
      reduced.set(await valuesOf(products), from * kept);
    }
  } finally {
    factor.dispose();
  }
  return reduced;
}

function randomRows(count: number, length: number, random: RandomGenerator): Float32Array {
  return Float32Array.from({ length: count * length }, () => random.normal());
}

/**
 * Rows made orthonormal by Gram-Schmidt in blocks, each twice ("twice is enough": Giraud, Langou and Rozloznik 2005); rows that the others span become
 * zero. What earlier blocks span leaves by matrix products; within a block it goes in double precision: the first rows of a power iteration nearly coincide.
 */
async function orthonormal(values: Float32Array, length: number): Promise<Float32Array> {
  const result = Float32Array.from(values);
  const step = blockDirections * length;
  for (let from = 0; from < result.length; from += step) {
    const block = result.subarray(from, from + step);
    const rows = Array.from({ length: block.length / length }, (_, row) =>
      block.subarray(row * length, (row + 1) * length),
    );
    for (let pass = 0; pass < 2; pass++) {
      const lengths = rows.map((row) => Math.sqrt(dot(row, row)));
      if (from > 0) await leaveOut(block, result.subarray(0, from), length);
      orthonormalRows(rows, lengths);
    }
  }
  return result;
}

/** block [b, D] -= (block Q^T) Q, with Q [m, D] orthonormal. */
async function leaveOut(block: Float32Array, spanned: Float32Array, length: number): Promise<void> {
  const projection = tidy(() => {
    const directions = tensor2d(spanned, [spanned.length / length, length]);
    const coordinates = matMul<Tensor2D>(tensor2d(block, [block.length / length, length]), directions, false, true);
    return matMul<Tensor2D>(coordinates, directions);
  });
  const values = await valuesOf(projection);
  for (let index = 0; index < block.length; index++) block[index]! -= values[index]!;
}

/** In place; a row of which less is left than a share of what it had is rounding, and becomes zero. */
function orthonormalRows(rows: readonly Float32Array[], lengths: readonly number[]): void {
  const precise = rows.map((row) => Float64Array.from(row));
  precise.forEach((row, index) => {
    for (let other = 0; other < index; other++) subtract(row, precise[other]!, dot(row, precise[other]!));
    const after = Math.sqrt(dot(row, row));
    const scale = after > leastLength * lengths[index]! ? 1 / after : 0;
    for (let d = 0; d < row.length; d++) row[d]! *= scale;
    rows[index]!.set(row);
  });
}

function subtract(target: Float64Array, direction: Float64Array, factor: number): void {
  for (let d = 0; d < target.length; d++) target[d]! -= factor * direction[d]!;
}

/** Reads a product back and disposes it. */
async function valuesOf(product: Tensor2D): Promise<Float32Array> {
  const values = await product.data<'float32'>();
  dispose(product);
  return values;
}
