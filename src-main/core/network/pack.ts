/**
 * Tensors of any shapes laid end to end. An engine may register a kernel of this name that does it at once; without one each is reshaped before
 * they are joined.
 */
import { concat1d, reshape, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';

/** Kernel name (TF.js has a Pack of its own, which stacks). Inputs float32 under names in their order, no attributes, output float32 [sum of their sizes]. */
export const PACK = 'PackFlat';

/** All values in order, [sum of the sizes]; at least one tensor. */
export function pack(tensors: readonly Tensor[]): Tensor1D {
  const kernel = findKernel<Tensor1D>(PACK);
  if (kernel) return kernel(Object.fromEntries(tensors.map((tensor, i) => [`part${i}`, tensor])));
  return tidy(() => concat1d(tensors.map((tensor) => reshape<Rank.R1>(tensor, [tensor.size]))));
}
