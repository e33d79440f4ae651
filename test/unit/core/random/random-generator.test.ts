import { describe, expect, it } from 'vitest';
import { createRandom, deriveSeed, restoreRandom } from '../../../../src-main/core/random/random-generator.ts';

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, () => next());
}

describe('createRandom', () => {
  it('gives the same sequence for the same seed and another one for another seed', () => {
    const first = createRandom(7);
    const second = createRandom(7);
    const other = createRandom(8);
    const sequence = draw(50, () => first.uint32());
    expect(draw(50, () => second.uint32())).toEqual(sequence);
    expect(draw(50, () => other.uint32())).not.toEqual(sequence);
  });

  it('gives unrelated first draws to neighbouring seeds', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => createRandom(seed).uniform());
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    let covariance = 0;
    for (let seed = 1; seed < firsts.length; seed++) covariance += (firsts[seed]! - mean) * (firsts[seed - 1]! - mean);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(covariance / firsts.length / (1 / 12))).toBeLessThan(0.1);
  });

  it('goes on from a saved state, whatever was drawn before', () => {
    const random = createRandom(3);
    draw(11, () => random.normal());
    const copy = restoreRandom(JSON.parse(JSON.stringify(random.state())) as number[]);
    expect(draw(20, () => copy.normal())).toEqual(draw(20, () => random.normal()));
  });

  it('refuses a state that is not one', () => {
    expect(() => restoreRandom([1, 2, 3])).toThrow(RangeError);
    expect(() => restoreRandom([1, 2, 3, Number.NaN])).toThrow(RangeError);
  });
});

describe('draws', () => {
  it('stays in [0, 1) with the mean and variance of a uniform', () => {
    const random = createRandom(1);
    const values = draw(20_000, () => random.uniform());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean).toBeCloseTo(0.5, 1);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  it('has the moments of a standard normal', () => {
    const random = createRandom(2);
    const values = draw(40_000, () => random.normal());
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(3))).toBeLessThan(0.1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.25);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it('draws each of seven integers equally often (chi-squared, 6 degrees of freedom, p = 0.001)', () => {
    const random = createRandom(5);
    const counts = new Array<number>(7).fill(0);
    for (let draws = 0; draws < 70_000; draws++) counts[random.integer(7)]!++;
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(22.46);
  });

  it('refuses to draw from nothing', () => {
    expect(() => createRandom(1).integer(0)).toThrow(RangeError);
    expect(() => createRandom(1).integer(2.5)).toThrow(RangeError);
  });
});

describe('deriveSeed', () => {
  it('separates purposes and seeds, and repeats itself', () => {
    expect(deriveSeed(1, 'masks')).toBe(deriveSeed(1, 'masks'));
    const seeds = [1, 2].flatMap((seed) => ['masks', 'order', 0, 1].map((purpose) => deriveSeed(seed, purpose)));
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  });
});
