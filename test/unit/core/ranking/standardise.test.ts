import { expect, it } from 'vitest';
import { standardiseColumns, standardScores } from '../../../../src-main/core/ranking/standardise.ts';

it('gives each dimension mean 0 and deviation 1, and a constant one zeros', () => {
  // Columns: 1, 3, 5 (mean 3, deviation sqrt(8/3)) and 7, 7, 7.
  const result = standardiseColumns(Float32Array.from([1, 7, 3, 7, 5, 7]), 2);
  const high = 2 / Math.sqrt(8 / 3);
  [-high, 0, 0, 0, high, 0].forEach((value, index) => expect(result[index]).toBeCloseTo(value, 6));
});

it('takes median and deviation from the chosen rows and applies them to all', () => {
  const scores = standardScores(Float64Array.from([100, 1, 2, 6]), Uint32Array.from([1, 2, 3]));
  const deviation = Math.sqrt(14 / 3);
  [98 / deviation, -1 / deviation, 0, 4 / deviation].forEach((value, index) =>
    expect(scores[index]).toBeCloseTo(value, 12),
  );
});

it('takes the middle of an even number of rows, and zero where nothing differs', () => {
  expect([...standardScores(Float64Array.from([0, 2]), Uint32Array.from([0, 1]))]).toEqual([-1, 1]);
  expect([...standardScores(Float64Array.from([4, 4]), Uint32Array.from([0, 1]))]).toEqual([0, 0]);
});
