/**
 * Means over the image plane, as normalisation needs them in pairs. An engine may register a kernel of this name that finds
 * both in one sweep over the images; without one they are composed of TF.js operations.
 */
import { mul, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';
import { requireMatrix, requireTensor } from './require-tensor.ts';
import { spatialMean } from './sums.ts';

/** Kernel name. Inputs as in PlaneMeansInputs, no attributes, outputs float32 [B, C]: mean t and mean (x t). */
export const PLANE_MEANS = 'PlaneMeans';

export type PlaneMeansInputs<T> = {
  /** [B, H, W, C], both. */
  readonly x: T;
  readonly t: T;
};

/** mean t and mean (x t) over the image plane, [B, C]. */
export function planeMeans(x: Tensor4D, t: Tensor4D): { readonly meanOfT: Tensor2D; readonly meanOfXT: Tensor2D } {
  const kernel = findKernel<Tensor[]>(PLANE_MEANS);
  if (!kernel) return { meanOfT: spatialMean(t), meanOfXT: tidy(() => spatialMean(mul(x, t))) };
  const means = kernel({ x, t });
  return { meanOfT: requireMatrix(requireTensor(means, 0)), meanOfXT: requireMatrix(requireTensor(means, 1)) };
}
