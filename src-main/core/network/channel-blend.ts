/**
 * The one operation of normalisation that touches whole images. Engines compose it slowly (broadcasting), so an engine may
 * register a kernel of this name that does it in a single sweep; without one it is composed of TF.js operations.
 */
import { add, mul, reshape, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';

/** Kernel name. Inputs as in ChannelBlendInputs, no attributes, output float32 [B, H, W, C]. */
export const CHANNEL_BLEND = 'ChannelBlend';

export type ChannelBlendInputs<T> = {
  /** [B, H, W, C] and its coefficients [B, C]. */
  readonly x: T;
  readonly a: T;
  /** [B, C] */
  readonly b: T;
  /** A second image, with its coefficients; both or neither. */
  readonly y?: T;
  readonly c?: T;
};

/** a x + b, or a x + c y + b: images [B, H, W, C] with one coefficient per example and channel [B, C]. */
export function channelBlend(
  x: { readonly images: Tensor4D; readonly factors: Tensor2D },
  offsets: Tensor2D,
  y?: { readonly images: Tensor4D; readonly factors: Tensor2D },
): Tensor4D {
  const second = y === undefined ? {} : { y: y.images, c: y.factors };
  const inputs: ChannelBlendInputs<Tensor> = { x: x.images, a: x.factors, b: offsets, ...second };
  const kernel = findKernel<Tensor4D>(CHANNEL_BLEND);
  if (kernel) return kernel({ ...inputs });
  return tidy(() => {
    const first: Tensor4D = add(mul(x.images, overPlane(x.factors)), overPlane(offsets));
    return y === undefined ? first : add(first, mul(y.images, overPlane(y.factors)));
  });
}

function overPlane(coefficients: Tensor2D): Tensor4D {
  const [batch, channels] = coefficients.shape;
  return reshape(coefficients, [batch, 1, 1, channels]);
}
