import { describe, expect, it } from 'vitest';
import {
  auroc,
  averagePrecision,
  precisionAtK,
  shareToReview,
} from '../../../../src-main/core/metrics/ranking-quality.ts';

// Worked by hand: in order of suspicion the labels are wrong, right, wrong, right, right.
const scores = [0.9, 0.8, 0.7, 0.6, 0.1];
const isWrong = [1, 0, 1, 0, 0];

describe('auroc', () => {
  it('counts the pairs of a wrong and a right label that are in the right order', () => {
    expect(auroc(scores, isWrong)).toBeCloseTo(5 / 6, 12);
  });

  it('does not depend on the order of the samples', () => {
    expect(auroc([0.1, 0.7, 0.9, 0.6, 0.8], [0, 1, 1, 0, 0])).toBeCloseTo(5 / 6, 12);
  });

  it('counts a tie as half a pair', () => {
    expect(auroc([1, 1, 0], [1, 0, 0])).toBeCloseTo(0.75, 12);
    expect(auroc([3, 3, 3, 3], [1, 0, 0, 1])).toBeCloseTo(0.5, 12);
  });

  it('agrees with counting every pair on scores with many ties', () => {
    const values = Array.from({ length: 60 }, (_, index) => (index * 7) % 11);
    const wrong = values.map((value, index) => ((value + index) % 3 === 0 ? 1 : 0));
    let [ordered, pairs] = [0, 0];
    for (const [a, first] of values.entries()) {
      for (const [b, second] of values.entries()) {
        if (wrong[a] !== 1 || wrong[b] !== 0) continue;
        pairs++;
        ordered += first > second ? 1 : first === second ? 0.5 : 0;
      }
    }
    expect(auroc(values, wrong)).toBeCloseTo(ordered / pairs, 12);
  });

  it('is not a number without any wrong label', () => {
    expect(auroc([1, 2], [0, 0])).toBeNaN();
  });

  it('handles infinite scores', () => {
    expect(auroc([Infinity, Infinity, -Infinity], [1, 1, 0])).toBe(1);
  });

  it('refuses a score that is not a number, and arrays of different lengths', () => {
    expect(() => auroc([1, Number.NaN], [0, 1])).toThrow('sample 1 is NaN');
    expect(() => auroc([1], [0, 1])).toThrow(RangeError);
  });
});

describe('averagePrecision', () => {
  it('is the mean precision at each wrong label', () => {
    expect(averagePrecision(scores, isWrong)).toBeCloseTo((1 + 2 / 3) / 2, 12);
  });

  it('takes a tie as one cut', () => {
    expect(averagePrecision([1, 1, 0], [1, 0, 1])).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
  });
});

describe('precisionAtK', () => {
  it('is the share of wrong labels down to k', () => {
    expect(precisionAtK(scores, isWrong, 1)).toBe(1);
    expect(precisionAtK(scores, isWrong, 2)).toBe(0.5);
    expect(precisionAtK(scores, isWrong, 100)).toBeCloseTo(0.4, 12);
  });

  it('takes the expected value where k divides a tie', () => {
    expect(precisionAtK([1, 1, 1, 1], [1, 0, 0, 1], 2)).toBeCloseTo(0.5, 12);
  });
});

describe('shareToReview', () => {
  it('is how far down the wanted share of the errors lies', () => {
    expect(shareToReview(scores, isWrong, 0.5)).toBeCloseTo(1 / 5, 12);
    expect(shareToReview(scores, isWrong, 1)).toBeCloseTo(3 / 5, 12);
  });

  it('goes a part of the way into a tie', () => {
    expect(shareToReview([1, 1, 1, 1], [1, 0, 0, 1], 0.5)).toBeCloseTo(0.5, 12);
  });
});
