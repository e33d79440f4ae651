/** How many of an image's nearest neighbours have another label: the oldest way of finding wrong ones. */
import { matMul, nextFrame, tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { throwIfCancelled } from '../errors.ts';
import { createRandom, deriveSeed } from '../random/random-generator.ts';
import { randomPermutation } from '../random/shuffle.ts';
import type { ReferenceInput } from './reference-scores.ts';

const neighbours = 15;
/** Neighbours are looked for among so many samples at most, drawn at random: otherwise the cost would grow with N squared. */
const mostCandidates = 5000;
const blockRows = 500;

/**
 * Share of the 15 nearest other samples (largest cosine of the standardised vectors) that have another given label, in [0, 1], [N].
 * All others where there are fewer than 15.
 */
export async function neighbourDisagreement(input: ReferenceInput): Promise<Float32Array> {
  const { givenLabels, dimensions } = input;
  const count = givenLabels.length;
  const candidates = drawCandidates(count, input.seed);
  const candidateUnits = tensor2d(unitRows(input, candidates), [candidates.length, dimensions]);
  const result = new Float32Array(count);
  try {
    for (let from = 0; from < count; from += blockRows) {
      throwIfCancelled(input.signal);
      const samples = Uint32Array.from({ length: Math.min(blockRows, count - from) }, (_, row) => from + row);
      const similarities = await similaritiesTo(candidateUnits, unitRows(input, samples), samples.length);
      samples.forEach((sample, row) => {
        const own = similarities.subarray(row * candidates.length, (row + 1) * candidates.length);
        const nearest = nearestOthers(own, candidates, sample);
        const others = nearest.filter((candidate) => givenLabels[candidates[candidate]!] !== givenLabels[sample]);
        result[sample] = nearest.length > 0 ? others.length / nearest.length : 0;
      });
      await nextFrame();
    }
  } finally {
    candidateUnits.dispose();
  }
  return result;
}

function drawCandidates(count: number, seed: number): Uint32Array {
  const order = randomPermutation(count, createRandom(deriveSeed(seed, 'neighbours')));
  return Uint32Array.from(order.subarray(0, mostCandidates)).sort();
}

/** Rows of the vectors at length 1; a vector of zeros stays one. */
function unitRows({ vectors, dimensions }: ReferenceInput, samples: Uint32Array): Float32Array {
  const units = new Float32Array(samples.length * dimensions);
  samples.forEach((sample, row) => {
    const vector = vectors.subarray(sample * dimensions, (sample + 1) * dimensions);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    vector.forEach((value, d) => (units[row * dimensions + d] = length > 0 ? value / length : 0));
  });
  return units;
}

async function similaritiesTo(candidates: Tensor2D, units: Float32Array, rows: number): Promise<Float32Array> {
  const block = tensor2d(units, [rows, units.length / rows]);
  const products = matMul<Tensor2D>(block, candidates, false, true);
  const values = await products.data<'float32'>();
  block.dispose();
  products.dispose();
  return values;
}

/** Places of the most similar candidates other than the sample itself, the nearest first. */
function nearestOthers(similarities: Float32Array, candidates: Uint32Array, sample: number): number[] {
  const nearest: number[] = [];
  for (let candidate = 0; candidate < similarities.length; candidate++) {
    if (candidates[candidate] === sample) continue;
    const similarity = similarities[candidate]!;
    if (nearest.length === neighbours && similarity <= similarities[nearest[neighbours - 1]!]!) continue;
    if (nearest.length === neighbours) nearest.pop();
    let place = nearest.length;
    while (place > 0 && similarities[nearest[place - 1]!]! < similarity) place--;
    nearest.splice(place, 0, candidate);
  }
  return nearest;
}
