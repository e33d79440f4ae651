import { describe, expect, it } from 'vitest';
import { nearestRows, pickFarthest } from '../../../src-main/services/farthest-points.ts';

/** Points on a line: 0, 1, 2, 10, 11, 30. */
const line = { vectors: Float32Array.of(0, 1, 2, 10, 11, 30), dimensions: 1 };
const all = [0, 1, 2, 3, 4, 5];

describe('pickFarthest', () => {
  it('begins with the most typical and goes on with what is least like those picked', () => {
    // The mean is 9: 10 is nearest to it; then 30 (20 away), then 0 (10 away), then 2, which ties with nothing.
    expect(pickFarthest(line, all, [], 4)).toEqual([3, 5, 0, 2]);
  });

  it('stays away from anchors', () => {
    expect(pickFarthest(line, [0, 1, 2, 3, 4], [5], 2)).toEqual([0, 4]);
  });

  it('picks no row twice, and no more than there are', () => {
    expect(pickFarthest(line, [0, 1], [], 5).toSorted()).toEqual([0, 1]);
    expect(pickFarthest({ vectors: new Float32Array(3), dimensions: 1 }, [0, 1, 2], [], 3).toSorted()).toEqual([
      0, 1, 2,
    ]);
    expect(pickFarthest(line, [], [], 3)).toEqual([]);
  });
});

describe('nearestRows', () => {
  it('are ordered by distance, without the row itself', () => {
    expect(nearestRows(line, all, 3, 3)).toEqual([4, 2, 1]);
  });
});
