import { describe, expect, it } from 'vitest';
import { informativeWeights, startPlateau, watchPlateau } from '../../../../src-main/core/ranking/plateau.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';

const count = 200;
/** The first fifth is wrong: the network never answers those labels. */
const margins = Float64Array.from({ length: count }, (_, sample) => (sample < count / 5 ? -1 : 1));

/** Each entry is an epoch: above 0 its weights go to the right labels, below 0 to the wrong ones, at 0 to whatever chance says. */
function watch(epochs: readonly number[]) {
  const random = createRandom(7);
  const sums = { weights: new Float64Array(count), visits: new Float64Array(count) };
  let state = startPlateau(count);
  for (const direction of epochs) {
    const weights = margins.map((margin) => Math.max(0, direction * margin + random.normal()));
    weights.forEach((weight, sample) => (sums.weights[sample]! += weight));
    sums.visits.forEach((_, sample) => (sums.visits[sample]! += 1));
    state = watchPlateau(state, weights, margins, sums);
  }
  return state;
}

function meanOf(weights: Float32Array, from: number, to: number): number {
  return weights.subarray(from, to).reduce((sum, weight) => sum + weight, 0) / (to - from);
}

describe('the plateau', () => {
  it('is the last epoch as long as the weights tell wrong labels from right ones', () => {
    expect(watch([1, 1, 1, 1, 1, 1]).plateau).toBe(6);
  });

  it('is where they begin to favour the wrong ones, and the mean weight stops there', () => {
    const state = watch([1, 1, 1, -1, -1, -1, -1, -1, -1]);
    expect(state.plateau).toBe(3);
    const weights = informativeWeights(state);
    expect(meanOf(weights, count / 5, count)).toBeGreaterThan(2 * meanOf(weights, 0, count / 5));
  });

  it('forgives one bad epoch, and a slow start', () => {
    expect(watch([1, 1, -1, 1, 1, 1]).plateau).toBe(6);
    expect(watch([-1, 1, 1, 1]).plateau).toBe(4);
  });

  it('is the last epoch where the weights never vary', () => {
    let state = startPlateau(3);
    const sums = { weights: [1, 1, 1], visits: [1, 1, 1] };
    for (let epoch = 0; epoch < 4; epoch++) state = watchPlateau(state, [1, 1, 1], [1, 2, 3], sums);
    expect(state.plateau).toBe(4);
  });

  it('knows no weight of what was never visited', () => {
    const state = watchPlateau(startPlateau(2), [0.5, Number.NaN], [1, Number.NaN], {
      weights: [0.5, 0],
      visits: [1, 0],
    });
    expect([...informativeWeights(state)]).toEqual([0.5, Number.NaN]);
  });
});
