/** Checked access to lists of tensors and to their rank: a wrong count or rank is a bug of the caller, named at once. */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** The tensor at `index`; throws where the list is shorter. */
export function requireTensor(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index];
  if (tensor === undefined) throw new Error(`Expected at least ${index + 1} tensors, got ${tensors.length}.`);
  return tensor;
}

/** The same tensor, known to be a matrix; throws for any other rank. */
export function requireMatrix(tensor: Tensor): Tensor2D {
  if (!isMatrix(tensor)) throw new Error(`Expected a matrix, got shape [${tensor.shape.join(', ')}].`);
  return tensor;
}

/** The same tensor, known to be a batch of images [B, H, W, C]; throws for any other rank. */
export function requireImages(tensor: Tensor): Tensor4D {
  if (!isImages(tensor)) throw new Error(`Expected [B, H, W, C], got shape [${tensor.shape.join(', ')}].`);
  return tensor;
}

function isMatrix(tensor: Tensor): tensor is Tensor2D {
  return tensor.rank === 2;
}

function isImages(tensor: Tensor): tensor is Tensor4D {
  return tensor.rank === 4;
}
