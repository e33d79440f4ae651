/**
 * Which samples an epoch's batches hold, for methods that answer imbalance with the choice of samples rather than with weights.
 *
 * Positions count the samples that are trained on, from 0. Everywhere, batch sizes of an epoch differ by one at most.
 */
import { epochBatches, stepsPerEpoch } from '../random/batch-sampler.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { shuffle } from '../random/shuffle.ts';

/** One step's samples. A position may occur more than once. */
export interface DrawnBatch {
  readonly positions: Uint32Array;
  /** Null where every example is a sample as it is. */
  readonly blends: Blends | null;
}

/** Examples between two samples: x + share (x' - x). */
export interface Blends {
  /** Positions of the x', [B]. */
  readonly partners: Uint32Array;
  /** In [0, 1), [B]; 0 is the sample itself. */
  readonly shares: Float32Array;
}

export interface BatchSampling {
  readonly stepsPerEpoch: number;
  /** One epoch's batches, drawn anew. */
  draw(random: RandomGenerator): readonly DrawnBatch[];
}

/** What a sampling is made from. */
export interface SamplingSetup {
  /** Class index of every sample that is trained on. */
  readonly labels: Int32Array;
  /** The most that a step takes. */
  readonly batchSize: number;
  /** Squared distance of two samples, by position; null where samples have no place in a space (pictures). */
  readonly distance: ((a: number, b: number) => number) | null;
}

export type CreateSampling = (setup: SamplingSetup) => BatchSampling;

/** Batches of samples as they are. */
function plainly(batches: readonly Uint32Array[]): readonly DrawnBatch[] {
  return batches.map((positions) => ({ positions, blends: null }));
}

/** Every sample exactly once per epoch: plain training. */
export const sampleAll: CreateSampling = ({ labels, batchSize }) => ({
  stepsPerEpoch: stepsPerEpoch(labels.length, batchSize),
  draw: (random) => plainly(epochBatches(labels.length, batchSize, random)),
});

/**
 * RESAMPLE: every batch holds the same number of each class. Ren et al. 2018, section 5.1.
 *
 * An epoch has as many steps as without. Classes take turns at what does not divide by their number. Each class is dealt in
 * shuffled cycles, so a small one repeats its samples and a large one shows only some of them per epoch.
 */
export const sampleBalanced: CreateSampling = ({ labels, batchSize }) => {
  const steps = stepsPerEpoch(labels.length, batchSize);
  return {
    stepsPerEpoch: steps,
    draw(random) {
      const deals = classMembers(labels).map((members) => dealer(members, random));
      const total = labels.length;
      let next = 0;
      return Array.from({ length: steps }, (_, step) => {
        const size = Math.floor(((step + 1) * total) / steps) - Math.floor((step * total) / steps);
        const positions = Uint32Array.from({ length: size }, () => deals[next++ % deals.length]?.() ?? 0);
        return { positions, blends: null };
      });
    },
  };
};

/** Under-sampling: of every class as many samples as the smallest class has; a fresh choice in every epoch. */
export const sampleUnder: CreateSampling = ({ labels, batchSize }) =>
  sampleEqually(labels, batchSize, Math.min(...classMembers(labels).map(({ length }) => length)));

/** Over-sampling: of every class as many visits as the largest class has samples; smaller classes repeat theirs, evenly. */
export const sampleOver: CreateSampling = ({ labels, batchSize }) =>
  sampleEqually(labels, batchSize, Math.max(...classMembers(labels).map(({ length }) => length)));

function sampleEqually(labels: Int32Array, batchSize: number, perClass: number): BatchSampling {
  const classes = classMembers(labels);
  const visits = perClass * classes.length;
  return {
    stepsPerEpoch: stepsPerEpoch(visits, batchSize),
    draw(random) {
      const chosen = classes.flatMap((members) => {
        const deal = dealer(members, random);
        return Array.from({ length: perClass }, deal);
      });
      const batches = epochBatches(visits, batchSize, random);
      return plainly(batches.map((batch) => batch.map((visit) => chosen[visit] ?? 0)));
    },
  };
}

/** Positions of each class that occurs, in the order of the classes. */
export function classMembers(labels: Int32Array): readonly Uint32Array[] {
  const members = Map.groupBy(labels.keys(), (position) => labels[position] ?? 0);
  return [...members].sort(([a], [b]) => a - b).map(([, positions]) => Uint32Array.from(positions));
}

/** Deals members one by one, shuffled anew whenever all have had their turn. */
function dealer(members: Uint32Array, random: RandomGenerator): () => number {
  const order = members.slice();
  let dealt = order.length;
  return () => {
    if (dealt === order.length) {
      shuffle(order, random);
      dealt = 0;
    }
    return order[dealt++] ?? 0;
  };
}
