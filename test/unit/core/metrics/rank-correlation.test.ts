import { describe, expect, it } from 'vitest';
import { rankCorrelation } from '../../../../src-main/core/metrics/rank-correlation.ts';

describe('rank correlation', () => {
  it('asks for the order alone', () => {
    expect(rankCorrelation([1, 2, 3, 4], [-5, 0, 0.1, 1e6])).toBeCloseTo(1);
    expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1);
  });

  it('is 1 - 6 sum of d^2 / (n (n^2 - 1)) where no values are equal', () => {
    // Ranks 0 1 2 3 4 against 1 0 2 4 3: four differences of one.
    expect(rankCorrelation([10, 20, 30, 40, 50], [2, 1, 3, 5, 4])).toBeCloseTo(1 - (6 * 4) / (5 * 24));
  });

  it('gives equal values their mean rank', () => {
    // Ranks 0.5 0.5 2 against 0 1 2, centred: (-.5 -.5 1) and (-1 0 1).
    expect(rankCorrelation([7, 7, 9], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2));
  });

  it('leaves out what is not a number, and is 0 where nothing varies', () => {
    expect(rankCorrelation([1, Number.NaN, 3, 2], [1, 9, 3, 2])).toBeCloseTo(1);
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
    expect(rankCorrelation([], [])).toBe(0);
  });
});
