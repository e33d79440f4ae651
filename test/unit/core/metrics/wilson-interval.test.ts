import { expect, it } from 'vitest';
import { wilsonInterval } from '../../../../src-main/core/metrics/wilson-interval.ts';

it('solves the equation that defines it: |share - p| = z sqrt(p (1 - p) / n) at both ends', () => {
  const { low, high } = wilsonInterval(7, 20);
  for (const p of [low, high]) {
    expect(Math.abs(7 / 20 - p)).toBeCloseTo(1.959963984540054 * Math.sqrt((p * (1 - p)) / 20), 10);
  }
  expect(low).toBeLessThan(7 / 20);
  expect(high).toBeGreaterThan(7 / 20);
});

it('stays inside [0, 1] and keeps some doubt at the ends', () => {
  expect(wilsonInterval(0, 10).low).toBe(0);
  expect(wilsonInterval(0, 10).high).toBeCloseTo(0.2775, 4);
  expect(wilsonInterval(10, 10).high).toBe(1);
  expect(wilsonInterval(10, 10).low).toBeCloseTo(0.7225, 4);
});

it('knows nothing without a trial', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
});
