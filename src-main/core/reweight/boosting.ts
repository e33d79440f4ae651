/**
 * Boosting inside one network's training: every epoch is a round, its weak learner the network as it answered during the visits.
 *
 * The weights of the samples rise where the network was wrong, wrong labels included: what a method of detection is
 * compared with, not advice.
 */
import type { MethodSetup, StepPlace, TrainingMethod } from './training-method.ts';
import type { BatchFindings, BatchWeights } from './weighting-method.ts';
import { rectifyAndNormalise } from './weighting-method.ts';

/** Keeps the logarithm finite where a round made no mistake. */
const smallestError = 1e-6;

/**
 * ADABOOST, in its form for several classes: D_1 = 1 / N; after each epoch e = sum_i D_i [h(x_i) != y_i] over the samples it visited,
 * a = ln((1 - e) / e) + ln(K - 1), D_i <- D_i exp(a [h(x_i) != y_i]), normalised. A batch's weights are its D_i, normalised.
 *
 * Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost" (SAMME), Statistics and Its Interface 2, 2009; with two classes it is AdaBoost.
 * A round no better than chance (a <= 0) changes nothing.
 */
export function createAdaboost(setup: MethodSetup): TrainingMethod {
  return createBoosting(setup, new Float64Array(setup.classCount).fill(1));
}

/**
 * COST-SENSITIVE boosting: as ADABOOST, and a mistake also multiplies D_i by its class's cost N / (K N_c), at least 1.
 *
 * After CSB2 of Ting, "A Comparative Study of Cost-Sensitive Boosting Algorithms", ICML 2000, where users give the costs; here they make up for the
 * classes' sizes. Costs below 1 would reward mistakes on large classes, hence the bound.
 */
export function createCostSensitive(setup: MethodSetup): TrainingMethod {
  const total = setup.classSizes.reduce((sum, size) => sum + size, 0);
  const costs = Float64Array.from(setup.classSizes, (size) =>
    Math.max(1, total / (setup.classCount * Math.max(1, size))),
  );
  return createBoosting(setup, costs);
}

function createBoosting({ sampleCount, classCount }: MethodSetup, costs: Float64Array): TrainingMethod {
  const distribution = new Float64Array(sampleCount).fill(1 / sampleCount);
  /** Cost of the sample's mistake in this epoch; 0: it was right; -1: not visited. */
  const mistakes = new Float64Array(sampleCount).fill(-1);

  function weigh({ labels, classCount: width, probabilities }: BatchFindings, { samples }: StepPlace): BatchWeights {
    samples.forEach((sample, row) => {
      const label = labels[row] ?? 0;
      const isRight = isLargest(probabilities.subarray(row * width, (row + 1) * width), label);
      mistakes[sample] = isRight ? 0 : (costs[label] ?? 1);
    });
    const weights = Float64Array.from(samples, (sample) => distribution[sample] ?? 0);
    return { weights: rectifyAndNormalise(weights), logitErrors: null };
  }

  function endEpoch(): void {
    const error = weightedError(distribution, mistakes);
    const factor = ((1 - error) / error) * (classCount - 1);
    if (factor > 1) {
      mistakes.forEach((cost, sample) => {
        if (cost > 0) distribution[sample]! *= factor * cost;
      });
      const sum = distribution.reduce((total, value) => total + value, 0);
      distribution.forEach((value, sample) => (distribution[sample] = value / sum));
    }
    mistakes.fill(-1);
  }

  return { weigh, endEpoch, state: { distribution, mistakes } };
}

/** e over the visited samples, kept inside (0, 1). */
function weightedError(distribution: Float64Array, mistakes: Float64Array): number {
  let [wrong, visited] = [0, 0];
  mistakes.forEach((cost, sample) => {
    if (cost >= 0) visited += distribution[sample] ?? 0;
    if (cost > 0) wrong += distribution[sample] ?? 0;
  });
  return Math.min(1 - smallestError, Math.max(smallestError, visited > 0 ? wrong / visited : 1));
}

function isLargest(values: Float64Array, position: number): boolean {
  const value = values[position] ?? Number.NaN;
  return values.every((other) => other <= value);
}
