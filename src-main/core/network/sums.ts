/**
 * Sums and means over the leading or spatial axes of channels-last tensors, in the form that engines compute fast:
 * WebAssembly's own reduction transposes the tensor first and takes thirty times as long.
 */
import { add, avgPool, div, matMul, ones, reshape, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';

/**
 * An engine may register a kernel of this name for `sumToChannels`; without one it is a product with a row of ones. Input `x`, no attributes,
 * output float32 [C].
 */
export const CHANNEL_SUMS = 'ChannelSums';

/** Sum over all axes but the last: [..., C] -> [C]. */
export function sumToChannels(values: Tensor): Tensor1D {
  const kernel = findKernel<Tensor1D>(CHANNEL_SUMS);
  if (kernel) return kernel({ x: values });
  const channels = values.shape.at(-1) ?? 1;
  return tidy(() => {
    const rows = reshape(values, [-1, channels]); // [N, C]
    return reshape<Rank.R1>(matMul(ones([1, values.size / channels]), rows), [channels]);
  });
}

/**
 * An engine may register kernels of these names for `spatialMean` and its gradient; without them they are composed. Input `x`; the gradient's
 * attributes say how large the plane is; outputs float32.
 */
export const SPATIAL_MEAN = 'SpatialMean';
export const SPATIAL_MEAN_GRADIENT = 'SpatialMeanGradient';

export type PlaneSize = { readonly height: number; readonly width: number };

/** Mean over the image plane: [B, H, W, C] -> [B, C]. */
export function spatialMean(images: Tensor4D): Tensor2D {
  const kernel = findKernel<Tensor2D>(SPATIAL_MEAN);
  if (kernel) return kernel({ x: images });
  const [batch, height, width, channels] = images.shape;
  // An average pool with one window.
  return tidy(() => reshape<Rank.R2>(avgPool(images, [height, width], 1, 'valid'), [batch, channels]));
}

/** The way back: x / (H W) at every pixel, [B, C] -> [B, H, W, C]. */
export function spatialMeanGradient(values: Tensor, plane: PlaneSize): Tensor4D {
  const kernel = findKernel<Tensor4D>(SPATIAL_MEAN_GRADIENT);
  if (kernel) return kernel({ x: values }, plane);
  const { height, width } = plane;
  const [batch = 0, channels = 0] = values.shape;
  return tidy(() => {
    const shares = reshape(div(values, height * width), [batch, 1, 1, channels]);
    // Adding to zeros broadcasts several times faster than tiling does.
    return add(zeros<Rank.R4>([batch, height, width, channels]), shares);
  });
}
