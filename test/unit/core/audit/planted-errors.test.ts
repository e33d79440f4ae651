import { describe, expect, it } from 'vitest';
import { measurePlanted } from '../../../../src-main/core/audit/measure-planted.ts';
import { plantErrors, type PlantingInput } from '../../../../src-main/core/audit/plant-errors.ts';

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
    expect(changed).toEqual([...planted.fromMatrix, ...planted.hard].sort((a, b) => a - b));
    expect(changed.some((sample) => input.trusted.includes(sample))).toBe(false);
    expect([planted.fromMatrix.length, planted.hard.length]).toEqual([45, 45]);
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

  it('keeps off labels that are wrong already', () => {
    const errorProbability = Float32Array.from({ length: 2000 }, (_, sample) => (sample < 1000 ? 1 : 0));
    const { fromMatrix, hard } = plantErrors(makeInput(2000, { errorProbability }));
    expect([...fromMatrix, ...hard].every((sample) => sample >= 1000)).toBe(true);
  });

  it('plants enough among few, but never more than an eighth of each kind', () => {
    expect(plantErrors(makeInput(200)).hard.length).toBe(20);
    expect(plantErrors(makeInput(40)).hard.length).toBe(4);
    expect(() => plantErrors(makeInput(8, { trusted: Uint32Array.of(0) }))).toThrow(/too few/);
  });

  it('is decided by its seed', () => {
    expect(plantErrors(input)).toEqual(planted);
    expect(plantErrors(makeInput(2000, { seed: 5 })).hard).not.toEqual(planted.hard);
  });
});

describe('what planted errors say', () => {
  /** 1000 samples, the most suspicious first. */
  const suspicion = Float32Array.from({ length: 1000 }, (_, sample) => 1000 - sample);
  const isReviewed = new Uint8Array(1000);
  const easy = Uint32Array.from({ length: 20 }, (_, index) => index * 2);
  const spread = Uint32Array.from({ length: 20 }, (_, index) => index * 40 + 1);

  it('is a range from the harder to the easier kind', () => {
    const measure = measurePlanted({ suspicion, kinds: [easy, spread], isReviewed, errorCount: 60 });
    expect(measure.cut).toBe(60);
    // All easy ones, and 3 of the 20 spread ones, stand above the 61st real image.
    expect(measure.recall.low).toBeCloseTo(0.052, 2);
    expect(measure.recall.high).toBe(1);
    expect(measure.precisionOfNext.low).toBeLessThan(0.1);
    expect(measure.precisionOfNext.high).toBe(1);
    // 15 of 20 may be 90 % of all (Wilson's upper end .888; 16: .919), 20 of 20 need not (.839): from the 16th easy one, at place 30 with 15 easy
    // and one spread error above, to the deepest spread one, at 761.
    expect(measure.reviewForMost).toEqual({ low: 30 - 16, high: 761 - 20 - 19 });
  });

  it('knows of the next 50 images what holds for a longer beginning', () => {
    // One planted error in every ten images down to place 400: none of twenty need be among the first fifty.
    const sparse = Uint32Array.from({ length: 40 }, (_, index) => index * 10 + 9);
    const { precisionOfNext, recall } = measurePlanted({ suspicion, kinds: [sparse], isReviewed, errorCount: 300 });
    expect(recall.low).toBeGreaterThan(0.6);
    expect(precisionOfNext.low).toBeCloseTo(recall.low, 12);
    expect(precisionOfNext.high).toBe(1);
  });

  it('is a narrow range of what to review where many were planted', () => {
    const many = Uint32Array.from({ length: 300 }, (_, index) => index * 3);
    const { low, high } = measurePlanted({ suspicion, kinds: [many], isReviewed, errorCount: 60 }).reviewForMost;
    expect([low, high].map((depth) => Math.round(depth / 20))).toEqual([26, 28]);
  });

  it('leaves out what was reviewed already', () => {
    const half = Uint8Array.from(suspicion, (_, sample) => Number(sample % 2 === 1));
    const before = measurePlanted({ suspicion, kinds: [spread], isReviewed, errorCount: 60 });
    const after = measurePlanted({ suspicion, kinds: [spread], isReviewed: half, errorCount: 60 });
    expect(after.reviewForMost.low).toBeLessThan(0.6 * before.reviewForMost.low);
  });

  it('leaves trusted samples, which have no place, out of the list', () => {
    const withTrusted = suspicion.map((value, sample) => (sample >= 200 && sample < 600 ? Number.NaN : value));
    const measure = measurePlanted({ suspicion: withTrusted, kinds: [Uint32Array.of(700)], isReviewed, errorCount: 5 });
    expect(measure.reviewForMost).toEqual({ low: 300, high: 300 });
  });
});
