/**
 * What training needs of the softmax cross-entropy on the engine: its gradient by the logits. Losses are found on the host, in double precision
 * (reweight/measure-batch.ts).
 */
import { exp, log, max, sub, sum, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';

/**
 * An engine may register a kernel of this name for `crossEntropyGradient`; without one it is composed of TF.js operations. Output float32 [B, K].
 */
export const CROSS_ENTROPY_GRADIENT = 'CrossEntropyGradient';

export type CrossEntropyInputs<T> = {
  /** Both [B, K]. */
  readonly logits: T;
  readonly targets: T;
};

/**
 * p - y [B, K] from logits z and targets y [B, K] whose rows sum to one (one-hot or soft), with p = softmax(z): the gradient of each example's loss
 * f_i = -sum_k y_ik log p_ik with respect to its logits. The caller disposes it.
 */
export function crossEntropyGradient(logits: Tensor2D, targets: Tensor2D): Tensor2D {
  const kernel = findKernel<Tensor2D>(CROSS_ENTROPY_GRADIENT);
  if (kernel) return kernel({ logits, targets });
  // For stability log p is z - max z - log sum exp(z - max z). A softmax would leave rounding errors where p is 1.
  return tidy(() => {
    const shifted = sub(logits, max(logits, 1, true));
    return sub(exp(sub(shifted, log(sum(exp(shifted), 1, true)))), targets);
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
