import { describe, expect, it } from 'vitest';
import type { CycleState } from '../../../../src-main/core/random/batch-sampler.ts';
import { CyclingSampler, epochBatches, stepsPerEpoch } from '../../../../src-main/core/random/batch-sampler.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import { randomPermutation } from '../../../../src-main/core/random/shuffle.ts';

describe('randomPermutation', () => {
  it('holds every integer once', () => {
    expect([...randomPermutation(100, createRandom(1))].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
  });

  it('gives each of the six orders of three equally often (chi-squared, 5 degrees of freedom, p = 0.001)', () => {
    const random = createRandom(9);
    const counts = new Map<string, number>();
    for (let draws = 0; draws < 12_000; draws++) {
      const order = randomPermutation(3, random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(counts.size).toBe(6);
    expect(chiSquared).toBeLessThan(20.52);
  });
});

describe('epochBatches', () => {
  it('uses every sample once, in batches that differ by one at most', () => {
    const batches = epochBatches(101, 25, createRandom(4));
    expect(batches.map((batch) => batch.length).sort()).toEqual([20, 20, 20, 20, 21]);
    expect(batches.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual([...Array(101).keys()]);
    expect(batches).toHaveLength(stepsPerEpoch(101, 25));
  });

  it('is one batch where everything fits', () => {
    expect(epochBatches(3, 100, createRandom(4)).map((batch) => batch.length)).toEqual([3]);
  });
});

describe('CyclingSampler', () => {
  const members = Uint32Array.from([10, 20, 30, 40, 50, 60, 70]);

  it('uses every member equally often and none twice in a batch', () => {
    const sampler = new CyclingSampler(members, createRandom(2));
    const uses = new Map<number, number>();
    for (let batches = 0; batches < 7 * 20; batches++) {
      const batch = sampler.next(3);
      expect(new Set(batch).size).toBe(3);
      for (const member of batch) uses.set(member, (uses.get(member) ?? 0) + 1);
    }
    expect([...uses.keys()].sort((a, b) => a - b)).toEqual([...members]);
    expect(new Set(uses.values())).toEqual(new Set([60]));
  });

  it('gives the whole set where it is not larger than the batch', () => {
    expect([...new CyclingSampler(members, createRandom(2)).next(100)]).toEqual([...members]);
  });

  it('goes on from a saved state in the middle of a permutation', () => {
    const random = createRandom(6);
    const sampler = new CyclingSampler(members, random);
    for (let batches = 0; batches < 5; batches++) sampler.next(3);
    const state = JSON.parse(JSON.stringify(sampler.state())) as CycleState;
    const copyRandom = createRandom(6);
    const copy = new CyclingSampler(members, copyRandom);
    for (let batches = 0; batches < 5; batches++) copy.next(3);
    const resumed = new CyclingSampler(members, copyRandom, state);
    for (let batches = 0; batches < 9; batches++) expect([...resumed.next(3)]).toEqual([...sampler.next(3)]);
  });
});
