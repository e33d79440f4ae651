import { describe, expect, it } from 'vitest';
import { isReliable, suggestLabels } from '../../../../src-main/core/ranking/suggest-labels.ts';

function suggest(givenLabels: readonly number[], rows: readonly (readonly number[])[]) {
  return suggestLabels(Int32Array.from(givenLabels), rows[0]!.length, (sample, into) => into.set(rows[sample]!));
}

describe('suggested labels', () => {
  it('are the other classes in order, each with its share of what is not the given one', () => {
    // 90 for the given class 1 says nothing about which of the others it is.
    const found = suggest([1], [[1, 90, 6, 3]]);
    expect([found.suggested[0], found.second[0], found.third[0]]).toEqual([2, 3, 0]);
    expect(found.suggestedProbability[0]).toBeCloseTo(6 / 10, 6);
    expect(found.secondProbability[0]).toBeCloseTo(3 / 10, 6);
    expect(found.thirdProbability[0]).toBeCloseTo(1 / 10, 6);
  });

  it('are as few as there are other classes', () => {
    const found = suggest([0], [[5, 1e-12]]);
    expect([found.suggested[0], found.second[0], found.third[0]]).toEqual([1, -1, -1]);
    expect(found.suggestedProbability[0]).toBe(1);
    expect(found.secondProbability[0]).toBeNaN();
  });

  it('are none of a sample about which nothing is known, and all alike where nothing speaks for any', () => {
    const nothing = [Number.NaN, Number.NaN, Number.NaN];
    const found = suggest([0, 2], [nothing, [0, 0, 1]]);
    expect([...found.suggested]).toEqual([-1, 0]);
    expect(found.suggestedProbability[0]).toBeNaN();
    expect(found.suggestedProbability[1]).toBe(0.5);
  });

  it('are reliable from a share on that is worth a look', () => {
    expect([0.39, 0.41, 1, Number.NaN].map(isReliable)).toEqual([false, true, true, false]);
  });
});
