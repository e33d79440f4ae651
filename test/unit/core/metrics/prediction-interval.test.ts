import { describe, expect, it } from 'vitest';
import { predictOrder, predictShare } from '../../../../src-main/core/metrics/prediction-interval.ts';
import { wilsonInterval } from '../../../../src-main/core/metrics/wilson-interval.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';

describe('a share that is to be predicted', () => {
  it('is about as uncertain as its estimate where very many are to come', () => {
    const [predicted, known] = [predictShare(70, 300, 100_000), wilsonInterval(70, 300)];
    expect(Math.abs(predicted.low - known.low)).toBeLessThan(0.003);
    expect(Math.abs(predicted.high - known.high)).toBeLessThan(0.003);
  });

  it('is wider where few are to come', () => {
    const widths = [10_000, 300, 30].map((future) => predictShare(70, 300, future)).map(({ low, high }) => high - low);
    expect(widths[1]! / widths[0]!).toBeCloseTo(Math.SQRT2, 1);
    expect(widths[2]! / widths[0]!).toBeCloseTo(Math.sqrt(11), 0);
  });

  it('turns with what is called a success', () => {
    const [share, rest] = [predictShare(3, 20, 17), predictShare(17, 20, 17)];
    expect(share.low).toBeCloseTo(1 - rest.high, 12);
    expect(share.high).toBeCloseTo(1 - rest.low, 12);
  });

  it('is as exact as its probabilities by hand', () => {
    // Never seen in 39: that the only one to come is a success has a chance of 1 in 40 at most, where all 40 are alike.
    expect(predictShare(0, 39, 1)).toEqual({ low: 0, high: 0 });
    expect(predictShare(0, 38, 1)).toEqual({ low: 0, high: 1 });
    expect(predictShare(39, 39, 1)).toEqual({ low: 1, high: 1 });
  });

  it('is anything where nothing was seen, or nothing is to come', () => {
    expect([predictShare(0, 0, 5), predictShare(3, 5, 0)]).toEqual([
      { low: 0, high: 1 },
      { low: 0, high: 1 },
    ]);
  });

  it.each([
    [0.3, 20, 25],
    [0.9, 60, 25],
    [0.6, 20, 300],
  ])('holds what happens, at a chance of %f with %i seen and %i to come', (chance, trials, future) => {
    const random = createRandom(trials + future);
    const successes = (count: number): number =>
      Array.from({ length: count }, () => Number(random.uniform() < chance)).reduce((sum, one) => sum + one, 0);
    let held = 0;
    for (let turn = 0; turn < 1000; turn++) {
      const { low, high } = predictShare(successes(trials), trials, future);
      const share = successes(future) / future;
      held += Number(low <= share && share <= high);
    }
    expect(held / 1000).toBeGreaterThan(0.94);
    expect(held / 1000).toBeLessThan(0.999);
  });
});

describe('how many draws lie below one of others', () => {
  it('is symmetric for the middle one', () => {
    const { low, high } = predictOrder(50, 31, 16);
    expect(low + high).toBe(50);
    expect(low).toBeGreaterThan(10);
  });

  it('is as exact as its probabilities by hand', () => {
    // One draw beside 39 others: below the first of them in 1 of 40 cases, which is no more than 2.5 %.
    expect(predictOrder(1, 39, 1)).toEqual({ low: 0, high: 0 });
    expect(predictOrder(1, 38, 1)).toEqual({ low: 0, high: 1 });
    expect(predictOrder(1, 39, 39)).toEqual({ low: 1, high: 1 });
  });

  it('keeps within the numbers for very many', () => {
    const { low, high } = predictOrder(2500, 40_000, 36_000);
    expect(low).toBeGreaterThan(2250 - 40);
    expect(high).toBeLessThan(2250 + 40);
    expect(high - low).toBeGreaterThan(40);
  });

  it.each([
    [20, 25, 23],
    [60, 25, 23],
    [40, 300, 270],
  ])('holds what happens, with %i seen and %i to come', (trials, future, place) => {
    const random = createRandom(trials + future);
    const { low, high } = predictOrder(trials, future, place);
    let held = 0;
    for (let turn = 0; turn < 1000; turn++) {
      const others = Float64Array.from({ length: future }, () => random.uniform()).sort();
      const own = Array.from({ length: trials }, () => random.uniform());
      const below = own.filter((value) => value < others[place - 1]!).length;
      held += Number(low <= below && below <= high);
    }
    // 95 % or more, within the error of a thousand turns.
    expect(held / 1000).toBeGreaterThan(0.935);
    expect(high - low).toBeLessThan(trials / 2);
  });
});
