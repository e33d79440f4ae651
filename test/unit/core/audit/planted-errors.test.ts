import { describe, expect, it } from 'vitest';
import {
  measurePlanted,
  type PlantedMeasure,
  type PlantedRanking,
  type Range,
} from '../../../../src-main/core/audit/measure-planted.ts';
import { plantErrors, type PlantingInput } from '../../../../src-main/core/audit/plant-errors.ts';
import { createRandom, deriveSeed } from '../../../../src-main/core/random/random-generator.ts';

/** 3 classes; class 0 is often given label 1, class 1 never gets a wrong one, class 2 seldom. Every tenth sample is trusted. */
function makeInput(count: number, changes: Partial<PlantingInput> = {}): PlantingInput {
  const trusted = Uint32Array.from({ length: Math.floor(count / 10) }, (_, index) => index * 10);
  const errorProbability = new Float32Array(count).fill(0.1);
  for (const sample of trusted) errorProbability[sample] = Number.NaN;
  return {
    labels: Int32Array.from({ length: count }, (_, sample) => sample % 3),
    trusted,
    errorProbability,
    suggested: Int16Array.from({ length: count }, (_, sample) => (sample + 1) % 3),
    transition: Float64Array.of(0.6, 0.3, 0.1, 0, 1, 0, 0.02, 0.03, 0.95),
    seed: 4,
    ...changes,
  };
}

describe('planting errors', () => {
  const input = makeInput(2000);
  const planted = plantErrors(input);

  it('changes exactly the labels that it names, never a trusted one', () => {
    const changed = [...input.labels.keys()].filter((sample) => planted.labels[sample] !== input.labels[sample]);
    const { fromMatrix, hard, uniform } = planted;
    expect(changed).toEqual([...fromMatrix, ...hard, ...uniform].sort((a, b) => a - b));
    expect(changed.some((sample) => input.trusted.includes(sample))).toBe(false);
    expect([fromMatrix.length, hard.length, uniform.length]).toEqual([45, 45, 45]);
  });

  it('follows the noise matrix', () => {
    const from = [0, 1, 2].map((k) => [...planted.fromMatrix].filter((sample) => input.labels[sample] === k).length);
    expect(from[1]).toBe(0);
    expect(from[0]).toBeGreaterThan(4 * from[2]!);
    const ofFirst = [...planted.fromMatrix].filter((sample) => input.labels[sample] === 0);
    const toSecond = ofFirst.filter((sample) => planted.labels[sample] === 1).length;
    expect(toSecond / ofFirst.length).toBeGreaterThan(0.55);
  });

  it('gives hard errors the label that the sample looks like', () => {
    expect([...planted.hard].every((sample) => planted.labels[sample] === input.suggested[sample])).toBe(true);
  });

  it('gives any other label to any sample', () => {
    const { labels, uniform } = plantErrors(makeInput(4000, { errorProbability: new Float32Array(4000).fill(0.5) }));
    const pairs = Array.from(uniform, (sample) => 3 * (sample % 3) + labels[sample]!);
    for (const [from, to] of [
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 2],
      [2, 0],
      [2, 1],
    ] as const) {
      const share = pairs.filter((pair) => pair === 3 * from + to).length / uniform.length;
      expect(share).toBeGreaterThan(0.05);
      expect(share).toBeLessThan(0.35);
    }
  });

  it('keeps off labels that are wrong already', () => {
    const errorProbability = Float32Array.from({ length: 2000 }, (_, sample) => (sample < 1000 ? 1 : 0));
    const { fromMatrix, hard, uniform } = plantErrors(makeInput(2000, { errorProbability }));
    expect([...fromMatrix, ...hard, ...uniform].every((sample) => sample >= 1000)).toBe(true);
  });

  it('plants no more in all than seem wrong already, where that is enough to tell anything', () => {
    // 10,000 samples, 9,000 of them not trusted: of each kind 225 at most, 40 at least.
    const each = (e: number): number => {
      const { fromMatrix, hard, uniform } = plantErrors(
        makeInput(10_000, { errorProbability: new Float32Array(10_000).fill(e) }),
      );
      expect([hard.length, uniform.length]).toEqual([fromMatrix.length, fromMatrix.length]);
      return fromMatrix.length;
    };
    expect([0.001, 0.02, 0.04, 0.3].map(each)).toEqual([40, 60, 120, 225]);
  });

  it('leaves three quarters of few samples as they are', () => {
    expect(plantErrors(makeInput(200)).hard.length).toBe(15);
    expect(plantErrors(makeInput(40)).hard.length).toBe(3);
    expect(() => plantErrors(makeInput(12, { trusted: Uint32Array.of(0) }))).toThrow(/too few/);
  });

  it('is decided by its seed', () => {
    expect(plantErrors(input)).toEqual(planted);
    expect(plantErrors(makeInput(2000, { seed: 5 })).hard).not.toEqual(planted.hard);
  });
});

/** 1000 samples, the most suspicious first. */
const suspicion = Float32Array.from({ length: 1000 }, (_, sample) => 1000 - sample);
const isReviewed = new Uint8Array(1000);
const sureOf = (count: number): Float32Array => Float32Array.from(suspicion, (_, sample) => Number(sample < count));
const none = new Uint32Array();
const every = (step: number, count: number): Uint32Array =>
  Uint32Array.from({ length: count }, (_, i) => (i + 1) * step - 1);

function measure(planted: Partial<PlantedRanking['planted']>, changes: Partial<PlantedRanking> = {}): PlantedMeasure {
  return measurePlanted({
    planted: { fromMatrix: none, hard: none, uniform: none, ...planted },
    ...{ suspicion, isReviewed, errorProbability: new Float32Array(1000).fill(0.5), ownErrorProbability: sureOf(60) },
    ...changes,
  });
}

describe('what planted errors say', () => {
  const easy = Uint32Array.from({ length: 20 }, (_, index) => index * 2);
  const spread = Uint32Array.from({ length: 20 }, (_, index) => index * 40 + 1);

  it('is a range from the hardest to the easiest kind', () => {
    const both = measure({ hard: spread, uniform: easy });
    const [hard, uniform] = [measure({ hard: spread }), measure({ uniform: easy })];
    expect(both.cut).toBe(60);
    expect(both.recall.high).toBe(1);
    for (const name of ['recall', 'reviewForMost'] as const) {
      const ends = [hard, uniform].map((one) => one[name]);
      // A planted error of the other kind has no place in the list: depths differ by those that stand above.
      const slack = name === 'recall' ? 0.06 : 20;
      expect(Math.abs(both[name].low - Math.min(...ends.map(({ low }) => low)))).toBeLessThanOrEqual(slack);
      expect(Math.abs(both[name].high - Math.max(...ends.map(({ high }) => high)))).toBeLessThanOrEqual(slack);
    }
  });

  it('does not fall where a kind is added that is found more easily', () => {
    const before = measure({ hard: spread });
    const after = measure({ hard: spread, uniform: Uint32Array.of(990, 991, 992) });
    expect(after.recall.low).toBeLessThanOrEqual(before.recall.low);
    expect(after.reviewForMost.high).toBeGreaterThanOrEqual(before.reviewForMost.high);
  });

  it('is wider where fewer real errors are expected: what happens to few is chance', () => {
    const width = ({ low, high }: Range): number => high - low;
    const [few, many] = [12, 400].map((count) => {
      const ownErrorProbability = Float32Array.from(suspicion, (_, sample) => (sample < 400 ? count / 400 : 0));
      return measure({ uniform: every(7, 100) }, { ownErrorProbability });
    });
    expect(width(few!.reviewForMost)).toBeGreaterThan(1.5 * width(many!.reviewForMost));
  });

  it('counts more errors where they are of a kind that is counted less', () => {
    const [matrix, hard] = [every(3, 100), every(3, 100).map((sample) => sample - 1)];
    const high = (own: number): number => {
      const errorProbability = new Float32Array(1000).fill(0.8);
      for (const sample of hard) errorProbability[sample] = own;
      return measure({ fromMatrix: matrix, hard }, { errorProbability, ownErrorProbability: sureOf(20) })
        .precisionOfNext.high;
    };
    expect(high(0.4)).toBeCloseTo(2 * high(0.8), 10);
    expect(high(0.8)).toBeLessThan(0.4);
    expect(high(0)).toBe(1);
  });

  it('knows of the next 50 images what holds for a longer beginning', () => {
    // One planted error in every ten images down to place 400: hardly one of forty need be among the first fifty.
    const { precisionOfNext, recall } = measure({ fromMatrix: every(10, 40) }, { ownErrorProbability: sureOf(300) });
    expect(recall.low).toBeGreaterThan(0.55);
    expect(precisionOfNext.low).toBeCloseTo(recall.low, 5);
    expect(precisionOfNext.high).toBe(1);
  });

  it('leaves out what was reviewed already: from the list, and from the errors that are expected', () => {
    const half = Uint8Array.from(suspicion, (_, sample) => Number(sample % 2 === 1));
    const [before, after] = [measure({ hard: spread }), measure({ hard: spread }, { isReviewed: half })];
    expect([before.cut, after.cut]).toEqual([60, 30]);
    expect(after.reviewForMost.low).toBeLessThan(0.6 * before.reviewForMost.low);
  });

  it('leaves trusted samples, which have no place, out of the list', () => {
    const withoutTrusted = (values: Float32Array): Float32Array =>
      values.map((value, sample) => (sample >= 200 && sample < 600 ? Number.NaN : value));
    const changes = { suspicion: withoutTrusted(suspicion), ownErrorProbability: withoutTrusted(sureOf(205)) };
    const { cut, reviewForMost } = measure({ hard: Uint32Array.of(700) }, changes);
    expect(cut).toBe(200);
    expect(reviewForMost).toEqual({ low: 1, high: 301 });
  });

  it('says nothing where nothing could be planted', () => {
    expect(measure({})).toMatchObject({ recall: { low: 0, high: 1 }, reviewForMost: { low: 0, high: 1000 } });
  });
});

describe('the ranges of a self-test', () => {
  /** Places of errors in a list of right labels: each kind has its own, larger is further down. */
  const quantiles = { fromMatrix: 4, hard: 1.5, uniform: 8 } as const;

  /** Real errors are like one of the kinds. How often each range holds what is true of them. */
  function coverage(like: keyof typeof quantiles, realErrors: number, plantedEach: number): number[] {
    const random = createRandom(deriveSeed(realErrors, like));
    const held = [0, 0, 0];
    const trials = 150;
    for (let trial = 0; trial < trials; trial++) {
      const right = Array.from({ length: 1500 }, () => random.uniform());
      const errors = (kind: keyof typeof quantiles, count: number): number[] =>
        Array.from({ length: count }, () => 1 - random.uniform() ** quantiles[kind]);
      const real = errors(like, realErrors);
      const kinds = (['fromMatrix', 'hard', 'uniform'] as const).map((kind) => errors(kind, plantedEach));
      const places = kinds.map((_, kind) =>
        Uint32Array.from({ length: plantedEach }, (_, index) => right.length + realErrors + kind * plantedEach + index),
      );
      const ownErrorProbability = new Float32Array(right.length + realErrors + 3 * plantedEach);
      // The run is right about their number, and about nothing else.
      ownErrorProbability.fill(realErrors / (right.length + realErrors), 0, right.length + realErrors);
      const { cut, recall, precisionOfNext, reviewForMost } = measurePlanted({
        suspicion: Float32Array.from([...right, ...real, ...kinds.flat()]),
        errorProbability: new Float32Array(ownErrorProbability.length).fill(0.5),
        planted: { fromMatrix: places[0]!, hard: places[1]!, uniform: places[2]! },
        isReviewed: new Uint8Array(ownErrorProbability.length),
        ownErrorProbability,
      });
      const ranked = [...right.map((s) => ({ s, wrong: 0 })), ...real.map((s) => ({ s, wrong: 1 }))];
      const isWrong = ranked.sort((a, b) => b.s - a.s).map(({ wrong }) => wrong);
      const found = (depth: number): number => isWrong.slice(0, depth).reduce((sum, one) => sum + one, 0);
      const review = isWrong.findIndex((_, place) => found(place + 1) >= 0.9 * realErrors) + 1;
      const holds = ({ low, high }: Range, truth: number): boolean => low <= truth && truth <= high;
      held[0]! += Number(holds(recall, found(cut) / realErrors));
      held[1]! += Number(holds(precisionOfNext, found(50) / 50));
      held[2]! += Number(holds(reviewForMost, review));
    }
    return held.map((count) => count / trials);
  }

  it.each([
    ['fromMatrix', 25, 40],
    ['uniform', 25, 40],
    ['hard', 25, 40],
    ['uniform', 120, 60],
    ['hard', 400, 40],
  ] as const)('hold what is true of real errors like those of %s: %i of them, %i planted', (like, real, planted) => {
    const shares = coverage(like, real, planted);
    for (const share of shares) expect(share).toBeGreaterThanOrEqual(0.92);
  });
});
