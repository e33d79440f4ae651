import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderByValue } from '../../../../src-main/core/ranking/order-by-value.ts';

describe('orderByValue', () => {
  it('is the stable order of a comparing sort, NaN last, and lets others run in between', async () => {
    const values = fc.array(fc.oneof(fc.float(), fc.constantFrom(0, -0, NaN, 1, 1.5, -Infinity, Infinity)), {
      maxLength: 60,
    });
    let pauses = 0;
    const pause = async () => void (pauses += 1);
    await fc.assert(
      fc.asyncProperty(values, async (list) => {
        const numbers = Float32Array.from(list);
        const rank = (value: number) => (Number.isNaN(value) ? 1 : 0);
        const expected = [...numbers.keys()].sort((a, b) => {
          const [x, y] = [numbers[a] ?? 0, numbers[b] ?? 0];
          return rank(x) - rank(y) || (x < y ? -1 : x > y ? 1 : 0) || a - b;
        });
        expect([...(await orderByValue(numbers, pause))]).toEqual(expected);
      }),
      { numRuns: 500 },
    );
    expect(pauses).toBeGreaterThanOrEqual(500);
  });
});
