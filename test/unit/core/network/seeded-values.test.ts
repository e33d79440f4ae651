import { expect, test } from 'vitest';
import type { ParameterSpec } from '../../../../src-main/core/network/layer.ts';
import { dropoutMask, initialParameterValues } from '../../../../src-main/core/network/seeded-values.ts';

const kernel: ParameterSpec = {
  name: 'a/kernel',
  shape: [200, 50],
  initialiser: 'he-normal',
  fanIn: 200,
  fanOut: 50,
  decays: true,
};

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

test('the same seed gives the same values, another seed or name others', () => {
  const [first] = initialParameterValues([kernel], 7);
  expect(initialParameterValues([kernel], 7)[0]).toEqual(first);
  expect(initialParameterValues([kernel], 8)[0]).not.toEqual(first);
  expect(initialParameterValues([{ ...kernel, name: 'b/kernel' }], 7)[0]).not.toEqual(first);
});

test('a parameter’s values do not depend on the parameters before it', () => {
  const other = { ...kernel, name: 'first' };
  expect(initialParameterValues([other, kernel], 7)[1]).toEqual(initialParameterValues([kernel], 7)[0]);
});

test('he-normal has mean 0 and deviation sqrt(2 / fanIn)', () => {
  const { mean, deviation } = moments(initialParameterValues([kernel], 1)[0] ?? new Float32Array());
  // Three standard errors of 10,000 draws.
  expect(Math.abs(mean)).toBeLessThan(0.003);
  expect(deviation / 0.1).toBeGreaterThan(0.98);
  expect(deviation / 0.1).toBeLessThan(1.02);
});

test('glorot-uniform fills its interval and no more', () => {
  const values = initialParameterValues([{ ...kernel, initialiser: 'glorot-uniform' }], 1)[0] ?? new Float32Array();
  const limit = Math.sqrt(6 / 250);
  expect(Math.max(...values)).toBeLessThanOrEqual(limit);
  expect(Math.max(...values)).toBeGreaterThan(0.99 * limit);
  expect(Math.min(...values)).toBeLessThan(-0.99 * limit);
});

test('zeros and ones', () => {
  const constant = (initialiser: 'zeros' | 'ones'): Float32Array | undefined =>
    initialParameterValues([{ ...kernel, shape: [3], initialiser }], 1)[0];
  expect(constant('zeros')).toEqual(new Float32Array([0, 0, 0]));
  expect(constant('ones')).toEqual(new Float32Array([1, 1, 1]));
});

test.each([0.1, 0.3, 0.5, 0.9])('a dropout mask of rate %f keeps its share and its mean', (rate) => {
  const mask = dropoutMask(100_001, rate, 3, 'dropout');
  const dropped = mask.filter((value) => value === 0).length / mask.length;
  expect(Math.abs(dropped - rate)).toBeLessThan(0.006);
  expect(Math.abs(moments(mask).mean - 1)).toBeLessThan(0.03);
  expect(new Set(mask).size).toBe(2);
});

test('neighbouring seeds give unrelated masks', () => {
  const [a, b] = [dropoutMask(10_000, 0.5, 100, 'dropout'), dropoutMask(10_000, 0.5, 101, 'dropout')];
  const equal = a.filter((value, i) => value === b[i]).length / a.length;
  expect(Math.abs(equal - 0.5)).toBeLessThan(0.02);
});
