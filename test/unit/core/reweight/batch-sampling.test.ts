import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import type { CreateSampling } from '../../../../src-main/core/reweight/batch-sampling.ts';
import {
  sampleAll,
  sampleBalanced,
  sampleOver,
  sampleUnder,
} from '../../../../src-main/core/reweight/batch-sampling.ts';
import { neighbourCount, sampleSmote } from '../../../../src-main/core/reweight/smote.ts';

/** 90 of class 0, 8 of class 1, 2 of class 3; class 2 has none. */
const labels = Int32Array.from({ length: 100 }, (_, position) => (position < 90 ? 0 : position < 98 ? 1 : 3));

/** Samples stand on a line in the order of their positions. */
const distance = (a: number, b: number): number => (a - b) ** 2;

function countClasses(positions: Iterable<number>): number[] {
  const counts = [0, 0, 0, 0];
  for (const position of positions) counts[labels[position]!]! += 1;
  return counts;
}

function draw(create: CreateSampling, batchSize: number, seed = 1): readonly Uint32Array[] {
  const sampling = create({ labels, batchSize, distance });
  return sampling.draw(createRandom(seed)).map(({ positions }) => positions);
}

describe('every sampling', () => {
  it.each([
    ['all', sampleAll],
    ['balanced', sampleBalanced],
    ['under', sampleUnder],
    ['over', sampleOver],
    ['smote', sampleSmote],
  ] as const)('%s: has the steps that it announces, even in size, and a new order each time', (_, create) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), (batchSize) => {
        const sampling = create({ labels, batchSize, distance });
        const batches = sampling.draw(createRandom(batchSize));
        const sizes = batches.map(({ positions }) => positions.length);
        expect(batches).toHaveLength(sampling.stepsPerEpoch);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(batchSize);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
    expect(draw(create, 10, 1)).toEqual(draw(create, 10, 1));
    expect(draw(create, 10, 1)).not.toEqual(draw(create, 10, 2));
  });
});

it('plain: every sample once', () => {
  expect(
    draw(sampleAll, 30)
      .flatMap((batch) => [...batch])
      .sort((a, b) => a - b),
  ).toEqual([...labels.keys()]);
});

describe('balanced batches', () => {
  it('hold the same number of each class, to one', () => {
    for (const batch of draw(sampleBalanced, 20)) {
      const [zero, one, two, three] = countClasses(batch) as [number, number, number, number];
      expect(two).toBe(0);
      expect(Math.max(zero, one, three) - Math.min(zero, one, three)).toBeLessThanOrEqual(1);
    }
  });

  it('show as many samples per epoch as plain ones, classes alike', () => {
    const [zero, one, , three] = countClasses(draw(sampleBalanced, 20).flatMap((batch) => [...batch]));
    expect([zero, one, three].sort()).toEqual([33, 33, 34]);
  });
});

it('under-sampling: as many of each class as the smallest has, none twice', () => {
  const visits = draw(sampleUnder, 4).flatMap((batch) => [...batch]);
  expect(countClasses(visits)).toEqual([2, 2, 0, 2]);
  expect(new Set(visits).size).toBe(6);
});

it('over-sampling: as many of each class as the largest has, repeated evenly', () => {
  const visits = draw(sampleOver, 50).flatMap((batch) => [...batch]);
  expect(countClasses(visits)).toEqual([90, 90, 0, 90]);
  const repeats = [98, 99].map((position) => visits.filter((visit) => visit === position).length);
  expect(repeats).toEqual([45, 45]);
});

describe('SMOTE', () => {
  const drawn = sampleSmote({ labels, batchSize: 30, distance })
    .draw(createRandom(3))
    .flatMap(({ positions, blends }) =>
      Array.from(positions, (sample, row) => ({
        sample,
        partner: blends?.partners[row] ?? -1,
        share: blends?.shares[row] ?? -1,
      })),
    );
  const invented = drawn.filter(({ share }) => share > 0);

  it('shows every sample once as it is, and fills each class up to the largest', () => {
    const real = drawn.filter(({ share }) => share === 0).map(({ sample }) => sample);
    expect(real.sort((a, b) => a - b)).toEqual([...labels.keys()]);
    expect(countClasses(drawn.map(({ sample }) => sample))).toEqual([90, 90, 0, 90]);
  });

  it('invents between a sample and one of its nearest of the same class', () => {
    expect(invented).toHaveLength(82 + 88);
    for (const { sample, partner, share } of invented) {
      expect(labels[partner]).toBe(labels[sample]);
      expect(partner).not.toBe(sample);
      expect(share).toBeLessThan(1);
      // Of eight on a line, the five nearest are at most five apart.
      expect(Math.abs(partner - sample)).toBeLessThanOrEqual(neighbourCount);
    }
    const partners = new Set(invented.filter(({ sample }) => sample === 90).map(({ partner }) => partner));
    expect([...partners].sort((a, b) => a - b)).toEqual([91, 92, 93, 94, 95]);
  });

  it('repeats a sample that is alone in its class', () => {
    const alone = sampleSmote({ labels: Int32Array.of(0, 0, 0, 1), batchSize: 9, distance }).draw(createRandom(1));
    expect([...(alone[0]?.positions ?? [])].filter((sample) => sample === 3)).toHaveLength(3);
    expect([...(alone[0]?.blends?.shares ?? [])].every((share) => share === 0)).toBe(true);
  });
});
