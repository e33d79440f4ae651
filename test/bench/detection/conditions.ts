/** The noise conditions that detection is measured under, and the lowest figures that are wanted in each. */
import { backgroundNoise, longTail, pairNoise, uniformNoise } from '../../../src-main/core/noise/label-noise.ts';
import { createRandom, deriveSeed, type RandomGenerator } from '../../../src-main/core/random/random-generator.ts';
import { randomPermutation } from '../../../src-main/core/random/shuffle.ts';
import type { HumanLabels, LabelledVectors } from './datasets.ts';

/** Lowest figures of the suspicion, mean over seeds. */
export interface Wanted {
  readonly auroc?: number;
  readonly averagePrecision?: number;
  /** Share of the errors whose suggested label must be right. */
  readonly suggestion?: number;
}

export interface Condition {
  readonly name: string;
  /** With ten trusted images per class on cifar10n-5k. */
  readonly wanted?: { readonly backbone?: Wanted; readonly patches?: Wanted };
  /** Ratio of the largest to the smallest class where the set is thinned to a long tail first. */
  readonly tailRatio?: number;
  readonly needsHumanLabels?: true;
  /** Also measured with 1, 3 and 30 trusted images per class. */
  readonly variesTrusted?: true;
  labels(data: LabelledVectors, random: RandomGenerator): Int32Array;
}

const uniform = (share: number) => (data: LabelledVectors, random: RandomGenerator) =>
  uniformNoise(data.truth, data.classCount, share, random);

const human = (name: HumanLabels) => (data: LabelledVectors) => {
  if (data.human === null) throw new Error(`${data.name} has no human labels.`);
  return data.human[name];
};

export const conditions: readonly Condition[] = [
  {
    name: 'real',
    wanted: {
      backbone: { auroc: 0.958, averagePrecision: 0.943, suggestion: 0.8 },
      patches: { auroc: 0.84 },
    },
    needsHumanLabels: true,
    variesTrusted: true,
    labels: human('worse'),
  },
  { name: 'aggregate', wanted: { backbone: { auroc: 0.943 } }, needsHumanLabels: true, labels: human('aggregate') },
  { name: 'random1', wanted: { backbone: { auroc: 0.955 } }, needsHumanLabels: true, labels: human('random1') },
  { name: 'uniform-1', labels: uniform(0.01) },
  { name: 'human-1', needsHumanLabels: true, labels: fewHumanErrors },
  {
    name: 'uniform-5',
    wanted: { backbone: { auroc: 0.988, suggestion: 0.8 }, patches: { auroc: 0.925 } },
    labels: uniform(0.05),
  },
  { name: 'uniform-20', wanted: { backbone: { auroc: 0.986, suggestion: 0.8 } }, labels: uniform(0.2) },
  { name: 'uniform-40', wanted: { backbone: { auroc: 0.981, suggestion: 0.8 } }, labels: uniform(0.4) },
  {
    name: 'pair-40',
    wanted: { backbone: { auroc: 0.991, suggestion: 0.93 } },
    labels: (data, random) => pairNoise(data.truth, data.classCount, 0.4, random),
  },
  {
    name: 'background-40',
    wanted: { backbone: { auroc: 0.985 }, patches: { auroc: 0.93 } },
    variesTrusted: true,
    labels: (data, random) => backgroundNoise(data.truth, random.integer(data.classCount), 0.4, random),
  },
  { name: 'long-tail-uniform-20', wanted: { backbone: { auroc: 0.989 } }, tailRatio: 50, labels: uniform(0.2) },
];

/** One label in a hundred replaced by a human's wrong one. */
function fewHumanErrors(data: LabelledVectors, random: RandomGenerator): Int32Array {
  const { truth } = data;
  const answers = human('worse')(data);
  const wrong = randomPermutation(truth.length, random).filter((sample) => answers[sample] !== truth[sample]);
  const labels = truth.slice();
  for (const sample of wrong.subarray(0, Math.round(truth.length / 100))) labels[sample] = answers[sample]!;
  return labels;
}

/** One condition drawn with one seed: what a method gets to see, and the truth to judge it by. */
export interface Trial extends Pick<LabelledVectors, 'backbone'> {
  readonly vectors: Float32Array;
  readonly dimensions: number;
  readonly classCount: number;
  /** [N]; of the trusted samples their true label. */
  readonly labels: Int32Array;
  readonly trusted: Uint32Array;
  readonly truth: Int32Array;
}

/** Draws `trustedPerClass` trusted samples of each true class, then the noise. A long tail never loses a trusted sample. */
export function drawTrial(data: LabelledVectors, condition: Condition, seed: number, trustedPerClass: number): Trial {
  const random = createRandom(deriveSeed(seed, condition.name));
  const trusted = drawTrusted(data, trustedPerClass, random);
  const labels = condition.labels(data, random).slice();
  for (const sample of trusted) labels[sample] = data.truth[sample]!;
  const kept = new Set(trusted);
  for (const sample of keptSamples(data, condition.tailRatio, random)) kept.add(sample);
  const samples = Uint32Array.from(kept).sort();
  const positions = new Map([...samples].map((sample, position) => [sample, position]));
  return {
    backbone: data.backbone,
    vectors: rowsOf(data, samples),
    dimensions: data.dimensions,
    classCount: data.classCount,
    labels: Int32Array.from(samples, (sample) => labels[sample]!),
    trusted: trusted.map((sample) => positions.get(sample)!).sort(),
    truth: Int32Array.from(samples, (sample) => data.truth[sample]!),
  };
}

function drawTrusted({ truth, classCount }: LabelledVectors, perClass: number, random: RandomGenerator): Uint32Array {
  const open = new Array<number>(classCount).fill(perClass);
  return randomPermutation(truth.length, random).filter((sample) => open[truth[sample]!]!-- > 0);
}

function keptSamples({ truth, classCount }: LabelledVectors, ratio: number | undefined, random: RandomGenerator) {
  return ratio === undefined ? truth.keys() : longTail(truth, classCount, ratio, random);
}

function rowsOf({ vectors, dimensions }: LabelledVectors, samples: Uint32Array): Float32Array {
  const rows = new Float32Array(samples.length * dimensions);
  samples.forEach((sample, row) => {
    rows.set(vectors.subarray(sample * dimensions, (sample + 1) * dimensions), row * dimensions);
  });
  return rows;
}
