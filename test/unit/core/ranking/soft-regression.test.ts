import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import {
  drawFolds,
  foldCount,
  SoftRegression,
  type SoftRegressionData,
} from '../../../../src-main/core/ranking/soft-regression.ts';
import { softmaxRows } from '../../../../src-main/core/ranking/softmax.ts';
import { describeOnEachEngine } from '../../../numerics/test-engines.ts';

const [count, dimensions, classCount] = [60, 4, 3];

function makeData(): { data: SoftRegressionData; targets: Float32Array } {
  const random = createRandom(9);
  const normals = (size: number) => Float32Array.from({ length: size }, () => random.normal());
  const data = {
    vectors: normals(count * dimensions),
    dimensions,
    classCount,
    folds: drawFolds(count, random),
    sampleWeights: Float32Array.from({ length: count }, (_, i) => (i % 7 === 0 ? 5 : 1)),
    penalty: 0.03,
  };
  return { data, targets: softmaxRows(normals(count * classCount), classCount, 0.5) };
}

/** The same problem for one fold in double precision by plain gradient descent, and the held-out samples' logits. */
function bruteForce(
  { vectors, folds, sampleWeights, penalty }: SoftRegressionData,
  targets: Float32Array,
  fold: number,
) {
  const weights = new Float64Array(classCount * dimensions);
  const biases = new Float64Array(classCount);
  const logitsOf = (i: number) =>
    Float64Array.from(biases, (bias, k) => {
      let sum = bias;
      for (let d = 0; d < dimensions; d++) sum += weights[k * dimensions + d]! * vectors[i * dimensions + d]!;
      return sum;
    });
  const rows = [...folds.keys()].filter((i) => folds[i] !== fold);
  const total = rows.reduce((sum, i) => sum + sampleWeights[i]!, 0);
  for (let step = 0; step < 600; step++) {
    const gradient = weights.map((weight) => 2 * penalty * weight);
    const biasGradient = new Float64Array(classCount);
    for (const i of rows) {
      const powers = logitsOf(i).map(Math.exp);
      const sum = powers.reduce((a, b) => a + b, 0);
      for (let k = 0; k < classCount; k++) {
        const error = (sampleWeights[i]! / total) * (powers[k]! / sum - targets[i * classCount + k]!);
        biasGradient[k]! += error;
        for (let d = 0; d < dimensions; d++) gradient[k * dimensions + d]! += error * vectors[i * dimensions + d]!;
      }
    }
    weights.forEach((_, index) => (weights[index]! -= gradient[index]!));
    biases.forEach((_, index) => (biases[index]! -= biasGradient[index]!));
  }
  return new Map([...folds.keys()].filter((i) => folds[i] === fold).map((i) => [i, logitsOf(i)]));
}

describe('drawFolds', () => {
  it('gives folds whose sizes differ by one at most', () => {
    const sizes = Array.from({ length: foldCount }, () => 0);
    for (const fold of drawFolds(33, createRandom(1))) sizes[fold]!++;
    expect(sizes.toSorted()).toEqual([6, 6, 7, 7, 7]);
  });
});

describeOnEachEngine('SoftRegression', () => {
  it('gives every sample the logits of a model that left its fold out, as brute force finds them', async () => {
    const { data, targets } = makeData();
    const regression = new SoftRegression(data);
    let logits = await regression.fit(targets);
    // Ten steps a fit are meant for warm starts: a few fits of the same targets reach the minimum.
    for (let repeat = 0; repeat < 4; repeat++) logits = await regression.fit(targets);
    // Logits are free up to a constant per sample, so probabilities are compared.
    const probabilities = softmaxRows(logits, classCount);
    for (let fold = 0; fold < foldCount; fold++) {
      for (const [sample, expected] of bruteForce(data, targets, fold)) {
        const wanted = softmaxRows(Float32Array.from(expected), classCount);
        wanted.forEach((p, k) => expect(probabilities[sample * classCount + k]).toBeCloseTo(p, 2));
      }
    }
  });

  it("does not let a sample's own target reach its logits", async () => {
    const { data, targets } = makeData();
    const fit = async (values: Float32Array) => {
      const regression = new SoftRegression(data);
      const logits = await regression.fit(values);
      return logits.slice(0, classCount);
    };
    const changed = targets.slice();
    changed.set([0, 0, 1]);
    expect(await fit(changed)).toEqual(await fit(targets));
  });

  it('leaves no tensors, and stops when cancelled', async () => {
    const before = memory().numTensors;
    const { data, targets } = makeData();
    const regression = new SoftRegression(data);
    await regression.fit(targets);
    await expect(regression.fit(targets, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(memory().numTensors).toBe(before);
  });
});
