import { expect, it } from 'vitest';
import { balancedAccuracy, confusionMatrix } from '../../../../src-main/core/metrics/confusion-matrix.ts';

it('counts what was taken for what', () => {
  expect([...confusionMatrix([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 0, -1], 3)]).toEqual([1, 1, 0, 0, 1, 0, 1, 0, 1]);
});

it('averages the recall of the classes that occur', () => {
  // Class 0: 9 of 10 right; class 1: 0 of 1; class 2 does not occur.
  expect(balancedAccuracy(Uint32Array.from([9, 1, 0, 1, 0, 0, 0, 0, 0]))).toBeCloseTo(0.45, 12);
});
