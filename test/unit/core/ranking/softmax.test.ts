import { expect, it } from 'vitest';
import { marginOf, softmaxRow, softmaxRows } from '../../../../src-main/core/ranking/softmax.ts';

it('normalises each row, at any temperature and size of logits', () => {
  const logits = Float32Array.from([Math.log(1), Math.log(3), 1000, 1000]);
  [0.25, 0.75, 0.5, 0.5].forEach((p, i) => expect(softmaxRows(logits, 2)[i]).toBeCloseTo(p, 6));
  expect(softmaxRows(logits, 2, 0.5)[1]).toBeCloseTo(0.9, 6);
});

it('returns the logarithm of the sum of exponentials', () => {
  expect(softmaxRow(Float32Array.from([5, 0, Math.log(3)]), 1, 2, 1, new Float32Array(3))).toBeCloseTo(Math.log(4), 6);
});

it('measures a label against the best other one', () => {
  const logits = Float32Array.from([9, 9, 2, 5, 3]);
  expect(marginOf(logits, 2, 3, 1)).toBe(2);
  expect(marginOf(logits, 2, 3, 0)).toBe(-3);
});
