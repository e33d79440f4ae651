import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import { estimateTransition } from '../../../../src-main/core/ranking/transition.ts';

const classCount = 4;

/** Samples of known class whose labels are drawn from `matrix`, and a model that knows the class with certainty `sureness`. */
function drawSamples(matrix: readonly (readonly number[])[], count: number, sureness: number) {
  const random = createRandom(11);
  const probabilities = new Float32Array(count * classCount).fill((1 - sureness) / (classCount - 1));
  const givenLabels = new Int32Array(count);
  for (let sample = 0; sample < count; sample++) {
    const trueClass = sample % classCount;
    probabilities[sample * classCount + trueClass] = sureness;
    let rest = random.uniform();
    const row = matrix[trueClass] ?? [];
    while (rest >= (row[givenLabels[sample]!] ?? 1)) rest -= row[givenLabels[sample]!++] ?? 1;
  }
  return { probabilities, givenLabels, rows: Uint32Array.from(givenLabels.keys()), classCount };
}

function largestDifference(estimate: Float64Array, matrix: readonly (readonly number[])[]): number {
  return Math.max(...matrix.flat().map((value, index) => Math.abs(value - estimate[index]!)));
}

describe('estimateTransition', () => {
  const uneven = [
    [0.7, 0.3, 0, 0],
    [0, 1, 0, 0],
    [0.1, 0.1, 0.7, 0.1],
    [0, 0, 0.4, 0.6],
  ];

  it('recovers the matrix that the labels were drawn from, when the model is sure', () => {
    expect(largestDifference(estimateTransition(drawSamples(uneven, 8000, 0.99)), uneven)).toBeLessThan(0.08);
  });

  it('still finds the dominant confusion when the model is often unsure', () => {
    const estimate = estimateTransition(drawSamples(uneven, 8000, 0.8));
    expect(estimate[1]).toBeGreaterThan(2 * estimate[2]!);
    expect(estimate[14]).toBeGreaterThan(0.25);
  });

  it('has rows that sum to one and no zero', () => {
    const estimate = estimateTransition(drawSamples(uneven, 400, 0.9));
    for (let k = 0; k < classCount; k++) {
      const row = estimate.subarray(k * classCount, (k + 1) * classCount);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...row)).toBeGreaterThan(0);
    }
  });

  it('is near the identity for clean labels', () => {
    const clean = uneven.map((_, k) => uneven.map((__, j) => (k === j ? 1 : 0)));
    const estimate = estimateTransition(drawSamples(clean, 2000, 0.99));
    expect(largestDifference(estimate, clean)).toBeLessThan(0.03);
  });

  it('looks at the rows it is told, and no others', () => {
    const samples = drawSamples(uneven, 4000, 0.9);
    const rows = samples.rows.subarray(0, 2000);
    const spoilt = { ...samples, rows, givenLabels: samples.givenLabels.map((label, i) => (i < 2000 ? label : 0)) };
    expect(estimateTransition(spoilt)).toEqual(estimateTransition({ ...samples, rows }));
  });

  it('survives two classes of which one was never given', () => {
    const probabilities = Float32Array.from([0.9, 0.1, 0.2, 0.8, 0.6, 0.4]);
    const estimate = estimateTransition({
      probabilities,
      givenLabels: new Int32Array(3),
      rows: Uint32Array.from([0, 1, 2]),
      classCount: 2,
    });
    expect(estimate.every(Number.isFinite)).toBe(true);
  });

  it('is nearly the identity where every sample is trusted', () => {
    const estimate = estimateTransition({ ...drawSamples(uneven, 40, 0.9), rows: new Uint32Array() });
    for (let k = 0; k < classCount; k++) expect(estimate[k * classCount + k]).toBeGreaterThan(0.9);
  });
});
