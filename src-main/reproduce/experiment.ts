/** What one run of an experiment trains and is tested on: the papers' ways to spoil labelled pictures, seeded. */
import { backgroundNoise, longTail, pairNoise, uniformNoise } from '../core/noise/label-noise.ts';
import { createRandom, deriveSeed } from '../core/random/random-generator.ts';
import { randomPermutation } from '../core/random/shuffle.ts';
import { backgroundOracle } from '../core/reweight/class-weights.ts';
import type { LabelledPictures, PictureInputs, PictureSets } from './data/pictures.ts';
import { pickInputs } from './data/pictures.ts';

export interface Experiment {
  readonly classNames: readonly string[];
  readonly inputs: PictureInputs;
  /** Class index per training picture, [N]: given ones, and what they were before. Trusted pictures have their true label. */
  readonly labels: Int32Array;
  readonly trueLabels: Int32Array;
  /** Indices of the trusted pictures, ascending. They are trained on too, as the paper's convergence proof has it. */
  readonly trusted: Uint32Array;
  readonly test: LabelledPictures;
  /** Class factors of the oracle WEIGHTED, for methods that ask for them. */
  readonly oracle: Float64Array | null;
}

export type NoiseKind = 'none' | 'uniform' | 'pair' | 'background';

export interface NoiseRecipe {
  readonly noise: NoiseKind;
  /** Share of the pictures that are hit. */
  readonly share: number;
  /** Of `background`: one for the whole experiment, or null to draw it from the seed. */
  readonly background?: number | null;
  readonly trusted: { readonly perClass: number } | { readonly total: number };
  /** Largest class over smallest, before the noise. */
  readonly tail?: number;
}

/**
 * `seed` decides which pictures are trusted, kept and hit. The trusted ones are drawn first, alike from every class as far as their number
 * allows, and never hit; the shares of noise count the others.
 */
export function makeNoisy(sets: PictureSets, recipe: NoiseRecipe, seed: number): Experiment {
  const { classNames } = sets;
  const classCount = classNames.length;
  const draw = (purpose: string) => createRandom(deriveSeed(seed, purpose));
  const tail = recipe.tail ?? 1;
  const kept =
    tail > 1 ? longTail(sets.train.labels, classCount, tail, draw('tail')) : Uint32Array.from(sets.train.labels.keys());
  const trueLabels = Int32Array.from(kept, (index) => sets.train.labels[index] ?? 0);
  const trusted = drawTrusted(trueLabels, classCount, recipe.trusted, seed);
  const isTrusted = new Set(trusted);
  const others = Uint32Array.from(trueLabels.keys()).filter((index) => !isTrusted.has(index));
  const clean = Int32Array.from(others, (index) => trueLabels[index] ?? 0);
  const background = recipe.background ?? draw('background').integer(classCount);
  const noisy = spoil(clean, recipe, { classCount, background, random: draw('noise') });
  const labels = trueLabels.slice();
  others.forEach((index, at) => (labels[index] = noisy[at] ?? 0));
  const cleanPrior = clean.filter((label) => label === background).length / clean.length;
  return {
    classNames,
    inputs: pickInputs(sets.train, kept),
    labels,
    trueLabels,
    trusted,
    test: sets.test,
    oracle:
      recipe.noise === 'background'
        ? backgroundOracle(background, { classCount, noiseShare: recipe.share, cleanPrior })
        : null,
  };
}

/**
 * The imbalance of the paper's first experiment: `budget` pictures of two classes, of which the second has the share `majority`; the trusted
 * ones, `trustedPerClass` of each, come out of the budget.
 */
export function makeImbalanced(
  sets: PictureSets,
  { budget, majority, trustedPerClass }: { budget: number; majority: number; trustedPerClass: number },
  seed: number,
): Experiment {
  const order = randomPermutation(sets.train.labels.length, createRandom(deriveSeed(seed, 'order')));
  const counts = [Math.round(budget * (1 - majority)), Math.round(budget * majority)];
  const members = counts.map((count, label) =>
    order.filter((index) => sets.train.labels[index] === label).subarray(0, count),
  );
  const few = members.findIndex((indices, label) => indices.length < (counts[label] ?? 0));
  if (few >= 0)
    throw new Error(`${counts[few]} images of ${sets.classNames[few]} are needed, there are ${members[few]?.length}.`);
  const chosen = Uint32Array.from(members.flatMap((indices) => [...indices]));
  const labels = Int32Array.from(chosen, (index) => sets.train.labels[index] ?? 0);
  const trusted = members.flatMap((_, label) =>
    [...labels.keys()].filter((position) => labels[position] === label).slice(0, trustedPerClass),
  );
  return {
    classNames: sets.classNames,
    inputs: pickInputs(sets.train, chosen),
    labels,
    trueLabels: labels.slice(),
    trusted: Uint32Array.from(trusted),
    test: sets.test,
    oracle: null,
  };
}

function drawTrusted(
  labels: Int32Array,
  classCount: number,
  wanted: NoiseRecipe['trusted'],
  seed: number,
): Uint32Array {
  const order = randomPermutation(labels.length, createRandom(deriveSeed(seed, 'trusted')));
  const total = 'total' in wanted ? wanted.total : wanted.perClass * classCount;
  // Classes take turns, so that no class has more than one more than another while it lasts.
  const queues = Array.from({ length: classCount }, (_, k) => order.filter((index) => labels[index] === k));
  const trusted: number[] = [];
  for (let turn = 0; trusted.length < total && queues.some((queue) => queue.length > turn); turn++) {
    for (const queue of queues) {
      const index = queue[turn];
      if (index !== undefined && trusted.length < total) trusted.push(index);
    }
  }
  return Uint32Array.from(trusted).sort();
}

function spoil(
  labels: Int32Array,
  { noise, share }: NoiseRecipe,
  {
    classCount,
    background,
    random,
  }: { classCount: number; background: number; random: ReturnType<typeof createRandom> },
): Int32Array {
  switch (noise) {
    case 'none':
      return labels;
    case 'uniform':
      return uniformNoise(labels, classCount, share, random);
    case 'pair':
      return pairNoise(labels, classCount, share, random);
    case 'background':
      return backgroundNoise(labels, background, share, random);
  }
}
