/**
 * Softmax cross-entropy per example.
 *
 * With logits z [B, K] and targets y [B, K] whose rows sum to one (one-hot or soft):
 * p = softmax(z), f_i = -sum_k y_ik log p_ik in nats, and df_i/dz_i = p_i - y_i.
 * For stability log p is z - max z - log sum exp(z - max z).
 */
import { exp, log, max, mul, neg, sub, sum, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/** The caller disposes all three. */
export type ExampleLosses = {
  /** f_i [B], nats. */
  readonly losses: Tensor1D;
  /** p [B, K]. */
  readonly probabilities: Tensor2D;
  /** p - y [B, K]: the gradient of each example's loss with respect to its logits. */
  readonly errors: Tensor2D;
};

export function softmaxCrossEntropy(logits: Tensor2D, targets: Tensor2D): ExampleLosses {
  return tidy(() => {
    const shifted: Tensor2D = sub(logits, max(logits, 1, true));
    const logProbabilities: Tensor2D = sub(shifted, log(sum(exp(shifted), 1, true)));
    const probabilities = exp(logProbabilities);
    const losses: Tensor1D = neg(sum(mul(targets, logProbabilities), 1));
    return { losses, probabilities, errors: sub(probabilities, targets) };
  });
}

/** Targets y [B, K] from class indices (from 0); the caller disposes them. */
export function oneHotTargets(classIndices: ArrayLike<number>, classCount: number): Tensor2D {
  const values = new Float32Array(classIndices.length * classCount);
  for (let i = 0; i < classIndices.length; i++) {
    const classIndex = classIndices[i] ?? -1;
    if (classIndex < 0 || classIndex >= classCount)
      throw new Error(`Class index ${classIndex} of ${classCount} classes.`);
    values[i * classCount + classIndex] = 1;
  }
  return tensor2d(values, [classIndices.length, classCount]);
}
