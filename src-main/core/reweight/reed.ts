/**
 * Bootstrapping: the network's own answer is mixed into the label.
 *
 * Reed, Lee, Anguelov, Szegedy, Erhan and Rabinovich, "Training Deep Neural Networks on Noisy Labels with Bootstrapping", ICLR 2015 workshop.
 * t is the one-hot label, p the softmax; losses are averaged over the batch and every example weighs 1 / B.
 */
import type { BatchFindings, BatchWeights } from './weighting-method.ts';

/** beta: the label's share; the paper's values. */
const softLabelShare = 0.95;
const hardLabelShare = 0.8;

/**
 * REED SOFT: f_i = -sum_k (beta t_k + (1 - beta) p_k) log p_k, beta = 0.95, differentiated through p.
 *
 * That is beta times the cross-entropy plus 1 - beta times the entropy H of p, so df/dz_c = beta (p_c - t_c) - (1 - beta) p_c (log p_c + H).
 * With p held constant inside the bracket the second part would vanish.
 */
export function reedSoft(findings: BatchFindings): BatchWeights {
  return descendAlong(findings, (probabilities, label) => {
    const logs = probabilities.map((p) => (p > 0 ? Math.log(p) : 0));
    const entropy = -probabilities.reduce((sum, p, c) => sum + p * (logs[c] ?? 0), 0);
    return probabilities.map((p, c) => {
      const error = p - (c === label ? 1 : 0);
      return softLabelShare * error - (1 - softLabelShare) * p * ((logs[c] ?? 0) + entropy);
    });
  });
}

/** REED HARD: the same with the one-hot argmax of p, held constant, in place of p; beta = 0.8. df/dz = p - beta t - (1 - beta) argmax. */
export function reedHard(findings: BatchFindings): BatchWeights {
  return descendAlong(findings, (probabilities, label) => {
    const answer = probabilities.indexOf(Math.max(...probabilities));
    return probabilities.map(
      (p, c) => p - hardLabelShare * (c === label ? 1 : 0) - (1 - hardLabelShare) * (c === answer ? 1 : 0),
    );
  });
}

/** Mean over the batch of a loss whose gradient by one example's logits is `errorsOf` its probabilities [K] and label. */
function descendAlong(
  { size, classCount, labels, probabilities }: BatchFindings,
  errorsOf: (probabilities: Float64Array, label: number) => Float64Array,
): BatchWeights {
  const logitErrors = new Float64Array(size * classCount);
  labels.forEach((label, index) => {
    const start = index * classCount;
    const errors = errorsOf(probabilities.subarray(start, start + classCount), label);
    logitErrors.set(
      errors.map((error) => error / size),
      start,
    );
  });
  return { weights: new Float64Array(size).fill(1 / size), logitErrors };
}
