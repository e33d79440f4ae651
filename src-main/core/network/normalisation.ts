/**
 * The three passes of a normalisation over images [B, H, W, C], optionally with a rectifier behind it. An engine may register kernels of these
 * names that do each in one or two sweeps; without them they are composed of `channelBlend` and `planeMeans`.
 *
 * The values that share a mean are one example's pixels of a group of channels, or one channel's pixels of the whole batch. R is the
 * number of rows of statistics: B or 1. The formulas are in layers/group-norm.ts and layers/batch-norm.ts.
 */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';
import { composedForward, composedGradient, composedTangent } from './composed-normalisation.ts';
import { requireImages, requireMatrix, requireTensor } from './require-tensor.ts';

/** Kernel names. Inputs as below, attributes as in NormalisationOptions (and NormalisationGradientOptions) with `groups` 0 for the whole batch. */
export const NORMALISE = 'Normalise';
export const NORMALISE_TANGENT = 'NormaliseTangent';
export const NORMALISE_GRADIENT = 'NormaliseGradient';

export const NORMALISATION_EPSILON = 1e-5;

export type NormalisationOptions = {
  /** G, a divisor of C: means over an example's pixels and C / G neighbouring channels. 0: over the batch, channel by channel. */
  readonly groups: number;
  /** Whether y = max(s n + o, 0) rather than s n + o. */
  readonly isRectified: boolean;
};

export type NormalisationGradientOptions = NormalisationOptions & {
  /** Whether dL/ds and dL/do are summed over the batch, rather than one row per example. */
  readonly isSummed: boolean;
};

export type NormalisationAttributes = NormalisationOptions & { readonly epsilon: number };

export type NormaliseInputs<T> = {
  readonly x: T;
  /** s and o, [C] */
  readonly scale: T;
  readonly offset: T;
};

/** Outputs of the kernel: y [B, H, W, C], then m, r and v [R, C]. */
export type Normalised = {
  readonly y: Tensor4D;
  /** Mean, 1 / sqrt(variance + epsilon), variance; a group's value stands at each of its channels. */
  readonly m: Tensor2D;
  readonly r: Tensor2D;
  readonly v: Tensor2D;
};

/** Where a derivative is taken. */
export type NormalisedState<T> = NormaliseInputs<T> & {
  readonly y: T;
  readonly m: T;
  readonly r: T;
};

/** Output of the kernel: y' [B, H, W, C]. */
export type TangentInputs<T> = NormalisedState<T> & {
  /** x', s', o' */
  readonly tangent: T;
  readonly scaleTangent: T;
  readonly offsetTangent: T;
};

/** Outputs of the kernel: those of NormalisationGradients. */
export type GradientInputs<T> = NormalisedState<T> & {
  /** d = dL/dy */
  readonly gradient: T;
};

export type NormalisationGradients = {
  /** dL/dx [B, H, W, C] */
  readonly input: Tensor4D;
  /** dL/ds and dL/do: sum of d n and of d over the pixels, [C], or each example's part of them, [B, C]. */
  readonly scales: Tensor;
  readonly offsets: Tensor;
};

export function normalise(inputs: NormaliseInputs<Tensor>, options: NormalisationOptions): Normalised {
  const kernel = findKernel<Tensor[]>(NORMALISE);
  if (!kernel) return composedForward(inputs, attributes(options));
  const found = kernel(inputs, attributes(options));
  const [m, r, v] = [1, 2, 3].map((index) => requireMatrix(requireTensor(found, index)));
  if (!m || !r || !v) throw new Error('The kernel returned too little.');
  return { y: requireImages(requireTensor(found, 0)), m, r, v };
}

export function normaliseTangent(inputs: TangentInputs<Tensor>, options: NormalisationOptions): Tensor4D {
  const kernel = findKernel<Tensor4D>(NORMALISE_TANGENT);
  return kernel ? kernel(inputs, attributes(options)) : composedTangent(inputs, options);
}

export function normaliseGradient(
  inputs: GradientInputs<Tensor>,
  options: NormalisationGradientOptions,
): NormalisationGradients {
  const kernel = findKernel<Tensor[]>(NORMALISE_GRADIENT);
  if (!kernel) return composedGradient(inputs, options);
  const found = kernel(inputs, attributes(options));
  return {
    input: requireImages(requireTensor(found, 0)),
    scales: requireTensor(found, 1),
    offsets: requireTensor(found, 2),
  };
}

function attributes<Options extends NormalisationOptions>(options: Options): Options & NormalisationAttributes {
  return { ...options, epsilon: NORMALISATION_EPSILON };
}
