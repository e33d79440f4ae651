/**
 * What two tensors have in common, example by example. An engine may register a kernel of this name that finds it in one sweep; without one it is
 * composed of TF.js operations.
 */
import { mul, reshape, sum, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';
import { planeMeans } from './plane-means.ts';
import { requireImages } from './require-tensor.ts';

/** Kernel name. Inputs as in ExampleProductsInputs, no attributes, output float32 [B, 1]. */
export const EXAMPLE_PRODUCTS = 'ExampleProducts';

export type ExampleProductsInputs<T> = {
  /** [B, ...] */
  readonly x: T;
  /** [B, ...], or [...]: the same for every example. */
  readonly t: T;
};

/** Sum of x t over all axes but the first, [B, 1]. */
export function exampleProducts(x: Tensor, t: Tensor): Tensor2D {
  const kernel = findKernel<Tensor2D>(EXAMPLE_PRODUCTS);
  if (kernel) return kernel({ x, t });
  return tidy(() => {
    if (x.rank !== 4) return sum(reshape<Rank.R2>(mul(x, t), [x.shape[0] ?? 0, -1]), 1, true);
    const { meanOfXT } = planeMeans(requireImages(x), requireImages(t)); // [B, C]
    return mul(sum(meanOfXT, 1, true), x.size / meanOfXT.size);
  });
}
