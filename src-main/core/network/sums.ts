/**
 * Sums and means over the leading or spatial axes of channels-last tensors, in the form that engines compute fast:
 * WebAssembly's own reduction transposes the tensor first and takes thirty times as long.
 */
import { avgPool, engine, getBackend, getKernel, matMul, ones, reshape, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * An engine may register a kernel of this name for `sumToChannels`; without one it is a product with a row of ones. Input `x`, no attributes,
 * output float32 [C].
 */
export const CHANNEL_SUMS = 'ChannelSums';

/** Sum over all axes but the last: [..., C] -> [C]. */
export function sumToChannels(values: Tensor): Tensor1D {
  if (getKernel(CHANNEL_SUMS, getBackend()) !== undefined)
    return engine().runKernel<Tensor1D>(CHANNEL_SUMS, { x: values });
  const channels = values.shape.at(-1) ?? 1;
  return tidy(() => {
    const rows = reshape(values, [-1, channels]); // [N, C]
    return reshape<Rank.R1>(matMul(ones([1, values.size / channels]), rows), [channels]);
  });
}

/** Mean over the image plane: [B, H, W, C] -> [B, C]. An average pool with one window. */
export function spatialMean(images: Tensor4D): Tensor2D {
  const [batch, height, width, channels] = images.shape;
  return tidy(() => reshape<Rank.R2>(avgPool(images, [height, width], 1, 'valid'), [batch, channels]));
}
