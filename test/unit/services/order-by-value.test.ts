import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderByValue } from '../../../src-main/services/order-by-value.ts';

describe('orderByValue', () => {
  it('is the stable order of a comparing sort, NaN last', () => {
    const values = fc.array(fc.oneof(fc.float(), fc.constantFrom(0, -0, NaN, 1, 1.5, -Infinity, Infinity)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, (list) => {
        const numbers = Float32Array.from(list);
        const rank = (value: number) => (Number.isNaN(value) ? 1 : 0);
        const expected = [...numbers.keys()].sort((a, b) => {
          const [x, y] = [numbers[a] ?? 0, numbers[b] ?? 0];
          return rank(x) - rank(y) || (x < y ? -1 : x > y ? 1 : 0) || a - b;
        });
        expect([...orderByValue(numbers)]).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
