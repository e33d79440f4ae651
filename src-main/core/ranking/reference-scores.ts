/**
 * What simpler methods say of each given label, from the same vectors: scores to rank by, and to hold the suspicion against. Each is right where
 * its idea is, and blind where it is not (core/ranking/score-words.ts).
 */
import { createRandom, deriveSeed } from '../random/random-generator.ts';
import { neighbourDisagreement } from './neighbour-disagreement.ts';
import { drawFolds, foldCount, heldOutByNone, SoftRegression, type SoftRegressionData } from './soft-regression.ts';
import { softmaxRows } from './softmax.ts';

/** As in the suspicion's rounds on a network's vectors. Weaker ones (scikit-learn's C = 1) overfit a thousand dimensions and find fewer errors. */
const penalty = 0.03;
/**
 * Variance of the weights' Gaussian prior where the given labels are nearly clean: scikit-learn's C = 0.01, as in cleanlab's tutorials on embeddings. The
 * penalty on the mean loss then falls with the number of samples, 0.0125 at 5,000.
 */
const weightVariance = 0.01;
/** From zero rather than from the last round's solution. */
const steps = 30;

export interface ReferenceInput {
  /** Standardised vectors [N, D]. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  readonly classCount: number;
  /** Class index per sample [N]; of trusted samples their trusted label. */
  readonly givenLabels: Int32Array;
  /** Sample indices of the trusted set. */
  readonly trusted: Uint32Array;
  /** Unsigned 32-bit. */
  readonly seed: number;
  /** The vectors before their reduction, where the given labels are so clean that they can teach a regression on all dimensions. */
  readonly unreduced?: Pick<SoftRegressionData, 'vectors' | 'dimensions' | 'scaling'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ReferenceScores {
  /** Share of the nearest images that have another given label, in [0, 1], [N]. */
  readonly neighbours: Float32Array;
  /** Probability of the given label by a regression on the trusted samples alone, [N]; NaN for those. */
  readonly trustedOnly: Float32Array;
  /** Probability of the given label by a regression on the given labels of the other four folds, [N]. */
  readonly selfConfidence: Float32Array;
}

/** Runs on the current TF.js engine; linear in N. `known`: the scores of the same vectors without `unreduced`. Rejects with `cancelled`. */
export async function referenceScores(
  input: ReferenceInput,
  known: ReferenceScores | null = null,
): Promise<ReferenceScores> {
  return {
    neighbours: known?.neighbours ?? (await neighbourDisagreement(input)),
    trustedOnly: known?.trustedOnly ?? (await trustedOnly(input)),
    selfConfidence:
      (input.unreduced === undefined ? known?.selfConfidence : undefined) ?? (await selfConfidence(input)),
  };
}

/**
 * Out of fold, by five-fold softmax regression on the given labels as they are: 1 - this is what confident learning starts from (Northcutt et al. 2021). On all
 * dimensions and with a weaker penalty where `unreduced` is given: noisy labels would be learned by heart so, clean ones have more to teach.
 */
async function selfConfidence({ unreduced, ...input }: ReferenceInput): Promise<Float32Array> {
  const count = input.givenLabels.length;
  const folds = drawFolds(count, createRandom(deriveSeed(input.seed, 'self-confidence')));
  const fitted = count * (1 - 1 / foldCount);
  const taught = unreduced ? { ...unreduced, penalty: 1 / (2 * weightVariance * fitted) } : { penalty };
  const regression = new SoftRegression({ ...input, ...taught, folds, sampleWeights: new Float32Array(count).fill(1) });
  const logits = await regression.fit(oneHot(input), input.signal, steps);
  return ofGivenLabel(softmaxRows(logits, input.classCount), input);
}

async function trustedOnly(input: ReferenceInput): Promise<Float32Array> {
  const count = input.givenLabels.length;
  const folds = new Uint8Array(count);
  for (const sample of input.trusted) folds[sample] = heldOutByNone;
  const sampleWeights = new Float32Array(count).fill(1);
  const regression = new SoftRegression({ ...input, folds, models: [0], sampleWeights, penalty });
  const logits = await regression.fit(oneHot(input), input.signal, steps);
  const probabilities = ofGivenLabel(softmaxRows(logits, input.classCount), input);
  for (const sample of input.trusted) probabilities[sample] = Number.NaN;
  return probabilities;
}

function ofGivenLabel(probabilities: Float32Array, { givenLabels, classCount }: ReferenceInput): Float32Array {
  return Float32Array.from(givenLabels, (label, sample) => probabilities[sample * classCount + label]!);
}

function oneHot({ givenLabels, classCount }: ReferenceInput): Float32Array {
  const targets = new Float32Array(givenLabels.length * classCount);
  givenLabels.forEach((label, sample) => (targets[sample * classCount + label] = 1));
  return targets;
}
