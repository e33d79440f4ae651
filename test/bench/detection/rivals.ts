/**
 * What others do with the same embeddings and trusted images, as their authors describe it, and the bound that no method on these embeddings can
 * be expected to pass. Larger is more suspicious.
 */
import { createRandom, deriveSeed } from '../../../src-main/core/random/random-generator.ts';
import { neighbourDisagreement } from '../../../src-main/core/ranking/neighbour-disagreement.ts';
import { drawFolds, heldOutByNone, SoftRegression } from '../../../src-main/core/ranking/soft-regression.ts';
import { trainSoftTargetHead } from '../../../src-main/core/ranking/soft-target-head.ts';
import { softmaxRows } from '../../../src-main/core/ranking/softmax.ts';
import { standardiseColumns } from '../../../src-main/core/ranking/standardise.ts';
import { confidentLearning } from './confident-learning.ts';
import type { Trial } from './conditions.ts';

/** scikit-learn's inverse penalty in cleanlab's tutorials on embeddings; its default, 1, finds fewer errors here. */
const inversePenalty = 0.01;
const steps = 100;

export type Scores = Readonly<Record<string, ArrayLike<number>>>;

/** By name, [N] each. */
export async function rivalScores(trial: Trial, seed: number): Promise<Scores> {
  const standardised = { ...trial, vectors: standardiseColumns(trial.vectors, trial.dimensions) };
  const { labels: givenLabels } = trial;
  const probabilities = await outOfFold(standardised, givenLabels, seed);
  return {
    'plain margin': await plainMargin(standardised, seed),
    'self-confidence': ofLabels(probabilities, standardised).map((own) => 1 - own),
    'confident learning': confidentLearning(probabilities, givenLabels, trial.classCount),
    'nearest neighbours': await neighbourDisagreement({ ...standardised, givenLabels, seed }),
    'trusted only': (await fromTrusted(standardised)).map((own) => 1 - own),
  };
}

/** Area under the margin (Pleiss et al. 2020): mean margin over the epochs of the same head, trained on the labels as they are. */
async function plainMargin(trial: Trial, seed: number): Promise<Float32Array> {
  const targets = oneHot(trial.labels, trial.classCount);
  const sampleWeights = new Float32Array(trial.labels.length).fill(1);
  const { margins } = await trainSoftTargetHead({ ...trial, givenLabels: trial.labels, targets, sampleWeights, seed });
  return margins.map((margin) => -margin);
}

/** ln((1 - p) / p) of the given label's probability by a regression that learned out of fold from all the true labels. */
export async function oracle(trial: Trial, seed: number): Promise<Float32Array> {
  const standardised = { ...trial, vectors: standardiseColumns(trial.vectors, trial.dimensions) };
  const probabilities = await outOfFold(standardised, trial.truth, seed, 0.03);
  return ofLabels(probabilities, trial).map((own) => Math.log((1 - own + 1e-9) / (own + 1e-9)));
}

/** P [N, K] by five-fold logistic regression on `targets`. */
async function outOfFold(trial: Trial, targets: Int32Array, seed: number, penalty?: number): Promise<Float32Array> {
  const count = targets.length;
  const regression = new SoftRegression({
    ...trial,
    folds: drawFolds(count, createRandom(deriveSeed(seed, 'rival folds'))),
    sampleWeights: new Float32Array(count).fill(1),
    penalty: penalty ?? sklearnPenalty(0.8 * count),
  });
  return softmaxRows(await regression.fit(oneHot(targets, trial.classCount), undefined, steps), trial.classCount);
}

/** Probability of the given label by a logistic regression on the trusted samples alone. */
async function fromTrusted(trial: Trial): Promise<Float32Array> {
  const folds = new Uint8Array(trial.labels.length);
  for (const sample of trial.trusted) folds[sample] = heldOutByNone;
  const sampleWeights = new Float32Array(folds.length).fill(1);
  const penalty = sklearnPenalty(trial.trusted.length);
  const regression = new SoftRegression({ ...trial, folds, models: [0], sampleWeights, penalty });
  const logits = await regression.fit(oneHot(trial.labels, trial.classCount), undefined, steps);
  return ofLabels(softmaxRows(logits, trial.classCount), trial);
}

/** scikit-learn minimises C sum of losses + |W|^2 / 2; here it is the mean loss + penalty |W|^2. */
function sklearnPenalty(count: number): number {
  return 1 / (2 * inversePenalty * count);
}

function ofLabels(probabilities: Float32Array, { labels, classCount }: Trial): Float32Array {
  return Float32Array.from(labels, (label, sample) => probabilities[sample * classCount + label]!);
}

function oneHot(labels: Int32Array, classCount: number): Float32Array {
  const targets = new Float32Array(labels.length * classCount);
  labels.forEach((label, sample) => (targets[sample * classCount + label] = 1));
  return targets;
}
