import { describe, expect, it } from 'vitest';
import { rankByMargin } from '../../../../src-main/core/ranking/rank-by-margin.ts';

describe('rankByMargin', () => {
  const logits = Float32Array.of(3, 1, 0, /* */ 3, 1, 0, /* */ 0, 0, 2);

  it('is the best other logit minus the given one, and suggests that other class', () => {
    const ranked = rankByMargin({
      logits,
      classCount: 3,
      givenLabels: Int32Array.of(0, 1, 0),
      trusted: new Uint32Array(),
    });
    expect([...ranked.suspicion]).toEqual([1 - 3, 3 - 1, 2 - 0]);
    expect([...ranked.suggested]).toEqual([1, 0, 2]);
    expect([...ranked.second]).toEqual([2, 2, 1]);
    // Of the other two classes' share.
    expect(ranked.suggestedProbability[1]).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 1), 6);
    expect(ranked.secondProbability[1]).toBeCloseTo(1 / (Math.exp(3) + 1), 6);
  });

  it('says nothing of a sample that was never answered', () => {
    const ranked = rankByMargin({
      logits: Float32Array.of(Number.NaN, Number.NaN, 2, 0),
      classCount: 2,
      givenLabels: Int32Array.of(1, 1),
      trusted: new Uint32Array(),
    });
    expect([...ranked.suspicion]).toEqual([Number.NaN, 2]);
    expect([...ranked.suggested]).toEqual([-1, 0]);
    expect(ranked.suggestedProbability[0]).toBeNaN();
  });

  it('suspects no trusted sample', () => {
    const ranked = rankByMargin({
      logits,
      classCount: 3,
      givenLabels: Int32Array.of(0, 1, 0),
      trusted: Uint32Array.of(1),
    });
    expect(Number.isNaN(ranked.suspicion[1])).toBe(true);
    expect(Number.isNaN(ranked.suspicion[0])).toBe(false);
  });
});
