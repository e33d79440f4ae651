import { describe, expect, it } from 'vitest';
import { drawingProbabilities, drawPlaces, smoothAlongRanking } from '../../../../src-main/core/audit/draw-audit.ts';
import { auditFrame, estimateAudit, type AuditBatch } from '../../../../src-main/core/audit/estimate-audit.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';

/** A ranked list with a known truth, and a model of it that may be wrong about its own certainty. */
interface World {
  readonly errors: Float64Array;
  readonly isWrong: Uint8Array;
}

const logit = (e: number): number => Math.log(e / (1 - e));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * Wrong labels have a score `separation` standard deviations above the right ones; e is the true posterior, seen through
 * `distort` (on log-odds).
 */
function makeWorld(count: number, rate: number, separation: number, distort: (x: number) => number): World {
  const random = createRandom(5);
  const rows = Array.from({ length: count }, () => {
    const isWrong = random.uniform() < rate;
    const score = random.normal() + (isWrong ? separation : 0);
    return { isWrong, e: sigmoid(distort(logit(rate) + separation * score - separation ** 2 / 2)) };
  }).sort((a, b) => b.e - a.e);
  return {
    errors: smoothAlongRanking(Float64Array.from(rows, ({ e }) => e)),
    isWrong: Uint8Array.from(rows, ({ isWrong }) => Number(isWrong)),
  };
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** Audits of the whole world, judged by the truth. */
function auditor({ errors, isWrong }: World, cut: number): (size: number, seed: number) => AuditBatch {
  const probabilities = drawingProbabilities(errors);
  const isInCut = Uint8Array.from(errors, (_, place) => Number(place < cut));
  const frame = auditFrame(errors, probabilities, isInCut, 0);
  const judge = (place: number) => ({
    ...{ probability: probabilities[place]!, errorProbability: errors[place]! },
    ...{ isWrong: isWrong[place] === 1, isInCut: place < cut },
  });
  return (size, seed) => ({ frame, draws: Array.from(drawPlaces(probabilities, size, seed), judge) });
}

const asItIs = (x: number): number => x;
const conditions: readonly (readonly [string, number, number, (x: number) => number])[] = [
  ['40 % wrong, a model that knows how sure it is', 0.4, 2.5, asItIs],
  ['5 % wrong, a model that knows how sure it is', 0.05, 3, asItIs],
  ['1 % wrong', 0.01, 3, asItIs],
  ['20 % wrong, an overconfident model', 0.2, 2.5, (x) => 3 * x],
  ['10 % wrong, a model that counts less than half of them', 0.095, 2, (x) => 2 * x - 1.5],
  ['10 % wrong, a model that hardly sees them', 0.1, 0.8, (x) => x - 0.7],
  ['2 % wrong, a model that counts less than half of them', 0.02, 2, (x) => x - 1],
  ['2 % wrong, a model that nearly sees them, and is not sure', 0.02, 4, (x) => 0.5 * x - 1],
];

describe('an audit of 100 images', () => {
  it.each(conditions)('is right about its own precision: %s', (_name, rate, separation, distort) => {
    const world = makeWorld(5000, rate, separation, distort);
    const [wrong, cut] = [sum(world.isWrong), Math.round(sum(world.errors))];
    const found = sum(world.isWrong.subarray(0, cut));
    const truth = { wrongLabels: wrong, recall: found / wrong, precision: found / cut };
    const audit = auditor(world, cut);
    const covered = { wrongLabels: 0, recall: 0, precision: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const estimate = estimateAudit([audit(100, seed)], { least: 0, most: 5000 });
      for (const name of ['wrongLabels', 'recall', 'precision'] as const) {
        const { low, high } = estimate[name] ?? { low: 0, high: 1 };
        if (low <= truth[name] && truth[name] <= high) covered[name] += 1;
      }
    }
    expect(covered.wrongLabels / 200).toBeGreaterThanOrEqual(0.88);
    expect(covered.recall / 200).toBeGreaterThanOrEqual(0.88);
    expect(covered.precision / 200).toBeGreaterThanOrEqual(0.88);
  });

  it.each(conditions)('is not biased: %s', (_name, rate, separation, distort) => {
    const world = makeWorld(5000, rate, separation, distort);
    // One draw has the same expectation as a hundred: a single long audit measures the bias most quickly.
    const { wrongLabels } = estimateAudit([auditor(world, 100)(100_000, 1)], { least: 0, most: 5000 });
    expect(Math.abs(wrongLabels.value / sum(world.isWrong) - 1)).toBeLessThan(0.02);
  });
});

describe('estimateAudit', () => {
  const world = makeWorld(3000, 0.1, 2.5, asItIs);
  const audit = auditor(world, 300);
  const bounds = { least: 0, most: 3000 };

  it('gets more precise with more draws', () => {
    const short = estimateAudit([audit(50, 1)], bounds).wrongLabels;
    const long = estimateAudit([audit(50, 1), audit(400, 2)], bounds).wrongLabels;
    expect(long.standardError).toBeLessThan(short.standardError / 2);
    expect(long.high - long.low).toBeLessThan(short.high - short.low);
  });

  it('stays valid when the rest is drawn from a renewed ranking', () => {
    const better = makeWorld(3000, 0.1, 3.5, asItIs);
    const renew = auditor(better, 300);
    const old = audit(60, 1);
    const values = Array.from({ length: 300 }, (_, seed) => {
      // The same truth in another order: the renewed ranking sees it better.
      const renewed = renew(60, 1000 + seed);
      return estimateAudit([old, renewed], bounds).wrongLabels.value;
    });
    const [oldValue, expected] = [estimateAudit([old], bounds).wrongLabels.value, sum(better.isWrong)];
    expect(sum(values) / values.length).toBeCloseTo((oldValue + expected) / 2, -1);
  });

  it('is exact where the model is: every e is 0 or 1 and right', () => {
    const errors = Float64Array.from({ length: 1000 }, (_, place) => (place < 80 ? 1 : 0));
    const batch = auditor({ errors, isWrong: Uint8Array.from(errors) }, 40)(100, 3);
    const { wrongLabels, recall, precision } = estimateAudit([batch], { least: 0, most: 1000 });
    expect(wrongLabels.value).toBeCloseTo(80);
    expect(recall?.value).toBeCloseTo(0.5);
    expect(precision?.value).toBeCloseTo(1);
    expect(wrongLabels.high).toBeGreaterThan(81);
  });

  it('does not take the errors of the cut for known because nothing was drawn there', () => {
    const batch = audit(400, 6);
    const precisionOf = (draws: AuditBatch['draws']): number => {
      return estimateAudit([{ ...batch, draws }], bounds).precision?.standardError ?? Number.NaN;
    };
    const none = batch.draws.filter(({ isInCut }) => !isInCut).slice(0, 100);
    const expected = Math.sqrt(batch.frame.variance.inCut / 100) / 300;
    expect(precisionOf(none)).toBeCloseTo(expected, 10);
    // About a third of the draws usually falls there: the model is right here, so that what they say is about the same.
    expect(precisionOf(batch.draws.slice(0, 100))).toBeGreaterThan(0.5 * expected);
  });

  it('does not lose itself near an end: a cut that is all wrong, as the model nearly says', () => {
    const errors = Float64Array.from({ length: 2000 }, (_, place) => (place < 400 ? 0.96 : 0.002));
    const isWrong = Uint8Array.from(errors, (_, place) => Number(place < 400));
    const renew = auditor({ errors, isWrong }, 400);
    const precisions = Array.from({ length: 60 }, (_, seed) => {
      return estimateAudit([renew(100, seed)], { least: 0, most: 2000 }).precision!;
    });
    expect(precisions.filter(({ high }) => high === 1).length).toBeGreaterThan(53);
    expect(precisions.every(({ low, value, high }) => low <= value && value <= high && low > 0.7)).toBe(true);
  });

  it('counts what was known before as wrong and as found', () => {
    const batch = audit(100, 4);
    const plain = estimateAudit([batch], bounds);
    const known = estimateAudit([{ ...batch, frame: { ...batch.frame, knownWrong: 50 } }], bounds);
    expect(known.wrongLabels.value - plain.wrongLabels.value).toBeCloseTo(50);
    expect(known.recall?.value).toBeGreaterThan(plain.recall?.value ?? 1);
    expect(known.precision?.value).toBeCloseTo(plain.precision?.value ?? 0);
  });

  it('never contradicts what was seen', () => {
    const batch = audit(100, 5);
    const all = batch.draws.map((draw) => ({ ...draw, isWrong: false }));
    const { wrongLabels } = estimateAudit([{ ...batch, draws: all }], { least: 7, most: 2950 });
    expect(wrongLabels.low).toBe(7);
    expect(wrongLabels.value).toBeGreaterThanOrEqual(7);
  });

  it('needs a judgement', () => {
    const { frame } = audit(1, 1);
    expect(() => estimateAudit([{ frame, draws: [] }], bounds)).toThrow(RangeError);
  });
});

describe('drawing', () => {
  it('follows the probabilities, and never hits an image that cannot be shown', () => {
    const probabilities = drawingProbabilities(Float64Array.of(0.5, Number.NaN, 0, 1, 0.1));
    expect(sum(probabilities)).toBeCloseTo(1);
    expect(probabilities[0]! / probabilities[2]!).toBeCloseTo(0.55 / 0.05);
    const counts = [0, 0, 0, 0, 0];
    for (const place of drawPlaces(probabilities, 20_000, 9)) counts[place]! += 1;
    expect(counts[1]).toBe(0);
    for (const place of [0, 2, 3, 4]) expect(counts[place]! / 20_000).toBeCloseTo(probabilities[place]!, 1);
  });

  it('is decided by its seed', () => {
    const probabilities = drawingProbabilities(new Float64Array(100).fill(0.3));
    expect(drawPlaces(probabilities, 20, 4)).toEqual(drawPlaces(probabilities, 20, 4));
    expect(drawPlaces(probabilities, 20, 4)).not.toEqual(drawPlaces(probabilities, 20, 5));
  });

  it('smooths over a hundredth of the list', () => {
    const ranked = Float64Array.from({ length: 1000 }, (_, place) => (place < 500 ? 1 : 0));
    const smooth = smoothAlongRanking(ranked);
    expect([smooth[0], smooth[494], smooth[505], smooth[999]]).toEqual([1, 1, 0, 0]);
    expect(smooth[499]).toBeCloseTo(6 / 11);
    expect(sum(smooth)).toBeCloseTo(500);
  });
});
