/**
 * What tensors have in common, example by example. An engine may register a kernel of this name that finds it in one sweep over all of them;
 * without one it is composed of TF.js operations.
 */
import { addN, mul, reshape, sum, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';
import { planeMeans } from './plane-means.ts';
import { requireImages } from './require-tensor.ts';

/** Kernel name. Inputs: every x, then every t, under names in their order; attributes as below; output float32 [B]. */
export const EXAMPLE_PRODUCTS = 'ExampleProducts';

export type ExampleProductsAttributes = { readonly pairCount: number };

export interface ExamplePair {
  /** [B, ...] */
  readonly x: Tensor;
  /** [B, ...], or [...]: the same for every example. */
  readonly t: Tensor;
}

/** Sum of x t over all axes but the first, and over all pairs, [B]. */
export function exampleProducts(pairs: readonly ExamplePair[]): Tensor1D {
  const kernel = findKernel<Tensor1D>(EXAMPLE_PRODUCTS);
  if (kernel) {
    const tensors = [...pairs.map(({ x }) => x), ...pairs.map(({ t }) => t)];
    const inputs = Object.fromEntries(tensors.map((tensor, i) => [`tensor${i}`, tensor]));
    return kernel(inputs, { pairCount: pairs.length });
  }
  return tidy(() => reshape<Rank.R1>(addN(pairs.map(productsOf)), [-1]));
}

/** Of one pair, [B, 1]. */
function productsOf({ x, t }: ExamplePair): Tensor2D {
  if (x.rank !== 4) return sum(reshape<Rank.R2>(mul(x, t), [x.shape[0] ?? 0, -1]), 1, true);
  const { meanOfXT } = planeMeans(requireImages(x), requireImages(t)); // [B, C]
  return mul(sum(meanOfXT, 1, true), x.size / meanOfXT.size);
}
