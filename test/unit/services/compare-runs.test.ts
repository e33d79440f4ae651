import { describe, expect, it } from 'vitest';
import { spearman } from '../../../src-main/services/compare-runs.ts';

describe('spearman', () => {
  it('is 1 for the same order, -1 for the opposite, whatever the distances', async () => {
    expect(await spearman(Float32Array.of(1, 5, 100), Float32Array.of(-3, 0, 0.5))).toBeCloseTo(1);
    expect(await spearman(Float32Array.of(1, 5, 100), Float32Array.of(3, 2, 1))).toBeCloseTo(-1);
  });

  it('gives equal values their mean rank', async () => {
    // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: Pearson's correlation of these by hand is 4.5 / sqrt(4.5 * 5).
    expect(await spearman(Float32Array.of(1, 2, 2, 3), Float32Array.of(1, 2, 3, 4))).toBeCloseTo(
      4.5 / Math.sqrt(4.5 * 5),
    );
  });

  it('is null where an order says nothing', async () => {
    expect(await spearman(Float32Array.of(1, 1), Float32Array.of(1, 2))).toBeNull();
    expect(await spearman(Float32Array.of(1), Float32Array.of(2))).toBeNull();
  });
});
