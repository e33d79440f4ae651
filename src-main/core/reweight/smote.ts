/**
 * SMOTE: small classes are filled up to the size of the largest with invented samples between neighbours of the same class.
 *
 *   x + lambda (x' - x)     x of the small class, x' one of its k nearest neighbours in that class, lambda uniform in [0, 1)
 *
 * Chawla, Bowyer, Hall, Kegelmeyer, "SMOTE: Synthetic Minority Over-sampling Technique", JAIR 2002; k = 5 as there. Neighbours and points between
 * them mean something among embeddings, not among pixels: for the network `head` alone. Deviation: the paper also thins the largest class out.
 */
import { epochBatches, stepsPerEpoch } from '../random/batch-sampler.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import type { BatchSampling, CreateSampling } from './batch-sampling.ts';
import { classMembers } from './batch-sampling.ts';

export const neighbourCount = 5;

/** Every sample once per epoch, and of every class as many invented ones as it lacks; those are drawn anew in each epoch. */
export const sampleSmote: CreateSampling = ({ labels, batchSize, distance }): BatchSampling => {
  if (distance === null) throw new Error('SMOTE needs samples that have a place in a space.');
  const classes = classMembers(labels);
  const largest = Math.max(...classes.map(({ length }) => length));
  const neighbours = new Map<number, readonly number[]>();
  const neighboursOf = (sample: number, members: Uint32Array): readonly number[] => {
    const known = neighbours.get(sample) ?? nearest(sample, members, distance);
    neighbours.set(sample, known);
    return known;
  };
  const invent = (members: Uint32Array, random: RandomGenerator): Visit => {
    const sample = members[random.integer(members.length)] ?? 0;
    const candidates = neighboursOf(sample, members);
    // A class of one has nobody to go towards.
    if (candidates.length === 0) return { sample, partner: sample, share: 0 };
    return { sample, partner: candidates[random.integer(candidates.length)] ?? sample, share: random.uniform() };
  };
  const visitCount = largest * classes.length;
  return {
    stepsPerEpoch: stepsPerEpoch(visitCount, batchSize),
    draw(random) {
      const visits = classes.flatMap((members) => [
        ...Array.from(members, (sample): Visit => ({ sample, partner: sample, share: 0 })),
        ...Array.from({ length: largest - members.length }, () => invent(members, random)),
      ]);
      return epochBatches(visitCount, batchSize, random).map((batch) => ({
        positions: batch.map((visit) => visits[visit]?.sample ?? 0),
        blends: {
          partners: batch.map((visit) => visits[visit]?.partner ?? 0),
          shares: Float32Array.from(batch, (visit) => visits[visit]?.share ?? 0),
        },
      }));
    },
  };
};

interface Visit {
  readonly sample: number;
  readonly partner: number;
  readonly share: number;
}

/** The closest of `members`, the sample itself left out, the closest first. */
function nearest(sample: number, members: Uint32Array, distance: (a: number, b: number) => number): readonly number[] {
  return Array.from(members)
    .filter((member) => member !== sample)
    .map((member) => [distance(sample, member), member] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, neighbourCount)
    .map(([, member]) => member);
}
