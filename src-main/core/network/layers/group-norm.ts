/**
 * Group normalisation (Wu and He, ECCV 2018) of images [B, H, W, C]: no example sees another.
 *
 * The C channels form G groups of neighbours. With mean m and variance v over an example's pixels and the channels of a
 * group, r = 1 / sqrt(v + epsilon), n = (x - m) r, and scale s and offset o per channel:
 *
 *   y     = s n + o
 *   y'    = N(s, x') + s' n + o'       N(s, t) = s r (t - mean t - n mean(n t)), means over the group
 *   dL/dx = r (s d - mean(s d) - n mean(n s d))        d = dL/dy
 *   dL/ds = sum of d n, dL/do = sum of d, over batch and pixels
 *
 * n is never stored: all three are rearranged to a x + c t + b with a, b, c [B, C], found from the spatial means of t and
 * x t alone (mean(n t) = r (mean(x t) - m mean t)), so that each pass sweeps the images three times. v = mean x^2 - m^2 costs
 * (m / r^-1)^2 units of rounding, harmless while a group's mean is not hundreds of deviations.
 */
import {
  add,
  broadcastTo,
  clone,
  mean,
  mul,
  relu,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { channelBlend } from '../channel-blend.ts';
import type { Layer, LayerTrace } from '../layer.ts';
import { planeMeans } from '../plane-means.ts';
import { requireImages, requireMatrix, requireTensor } from '../require-tensor.ts';

const EPSILON = 1e-5;

export interface GroupNormOptions {
  readonly name: string;
  /** [H, W, C] */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** G: divides C. */
  readonly groups: number;
}

/** Parameters: scale [C], offset [C]. `saved` holds x [B, H, W, C], m [B, C] and r [B, C]. */
export function createGroupNorm({ name, inputShape, groups }: GroupNormOptions): Layer {
  const [height, width, channels] = inputShape;
  if (channels % groups !== 0) throw new Error(`Layer ${name}: ${groups} groups do not divide ${channels} channels.`);
  const fans = { shape: [channels], fanIn: 1, fanOut: 1, decays: false };
  return {
    name,
    inputShape,
    outputShape: inputShape,
    parameters: [
      { name: `${name}/scale`, initialiser: 'ones', ...fans },
      { name: `${name}/offset`, initialiser: 'zeros', ...fans },
    ],

    forward([scale, offset], input) {
      const images = requireImages(input);
      const { m, r } = statistics(images, groups);
      const output = tidy(() => scaledNormalised({ x: images, m, r }, present(scale), present(offset)));
      return { output, saved: [clone(input), m, r] };
    },

    tangent([scale], trace, inputTangent, [scaleTangent, offsetTangent]) {
      const state = savedState(trace);
      if (inputTangent === null)
        return tidy(() => scaledNormalised(state, present(scaleTangent), present(offsetTangent)));
      return tidy(() => {
        const t = requireImages(inputTangent);
        const { meanOfT, meanOfNT } = projections(state, t);
        const sr = mul<Tensor2D>(state.r, present(scale)); // [B, C]
        const groupMean = averageGroups(meanOfT, groups);
        const slope = sub(present(scaleTangent), mul(sr, averageGroups(meanOfNT, groups))); // factor of n
        const a = mul<Tensor2D>(slope, state.r);
        const b = sub<Tensor2D>(sub(present(offsetTangent), mul(sr, groupMean)), mul(a, state.m));
        return channelBlend({ images: state.x, factors: a }, b, { images: t, factors: sr });
      });
    },

    backward([scale], trace, outputGradient, wantsInputGradient) {
      const state = savedState(trace);
      const d = requireImages(outputGradient);
      const { meanOfT, meanOfNT } = tidy(() => projections(state, d));
      const pixels = height * width;
      const inputGradient = wantsInputGradient
        ? inputGradientOf(state, d, present(scale), { meanOfT, meanOfNT }, groups)
        : null;
      const parameterGradients = [meanOfNT, meanOfT].map((means) => tidy(() => mul(sum(means, 0), pixels))); // [C]
      meanOfT.dispose();
      meanOfNT.dispose();
      return { inputGradient, parameterGradients };
    },
  };
}

interface NormalisedState {
  readonly x: Tensor4D;
  readonly m: Tensor2D;
  readonly r: Tensor2D;
}

/** Means over the image plane, [B, C]. */
type Projections = {
  /** mean t */
  readonly meanOfT: Tensor2D;
  /** mean (n t) */
  readonly meanOfNT: Tensor2D;
};

/** m and r, the group's value repeated for each of its channels: [B, C]. */
function statistics(images: Tensor4D, groups: number): { readonly m: Tensor2D; readonly r: Tensor2D } {
  return tidy(() => {
    const { meanOfT, meanOfXT } = planeMeans(images, images);
    const m = averageGroups(meanOfT, groups);
    const meanOfSquares = averageGroups(meanOfXT, groups);
    // Rounding can take a variance of zero slightly below it.
    const variance = relu<Tensor2D>(sub(meanOfSquares, square(m)));
    return { m, r: rsqrt(add(variance, EPSILON)) };
  });
}

/** s n + o */
function scaledNormalised({ x, m, r }: NormalisedState, scale: Tensor, offset: Tensor): Tensor4D {
  const a = mul<Tensor2D>(r, scale);
  return channelBlend({ images: x, factors: a }, sub(offset, mul(a, m)));
}

function projections({ x, m, r }: NormalisedState, t: Tensor4D): Projections {
  const { meanOfT, meanOfXT } = planeMeans(x, t);
  return { meanOfT, meanOfNT: mul(r, sub(meanOfXT, mul(m, meanOfT))) };
}

function inputGradientOf(
  { x, m, r }: NormalisedState,
  d: Tensor4D,
  scale: Tensor,
  { meanOfT, meanOfNT }: Projections,
  groups: number,
): Tensor4D {
  return tidy(() => {
    const groupMean = averageGroups(mul(meanOfT, scale), groups); // mean (s d)
    const a = mul<Tensor2D>(square(r), averageGroups(mul(meanOfNT, scale), groups)); // r^2 mean (n s d)
    const b = sub<Tensor2D>(mul(a, m), mul(r, groupMean));
    return channelBlend({ images: d, factors: mul(r, scale) }, b, { images: x, factors: mul(a, -1) });
  });
}

/** Replaces each channel's value by the mean over its group: [B, C] -> [B, C]. */
function averageGroups(values: Tensor2D, groups: number): Tensor2D {
  const [batch, channels] = values.shape;
  const means = mean(reshape(values, [batch, groups, channels / groups]), 2, true); // [B, G, 1]
  return reshape<Rank.R2>(broadcastTo(means, [batch, groups, channels / groups]), [batch, channels]);
}

function savedState({ saved }: LayerTrace): NormalisedState {
  return {
    x: requireImages(requireTensor(saved, 0)),
    m: requireMatrix(requireTensor(saved, 1)),
    r: requireMatrix(requireTensor(saved, 2)),
  };
}

function present(parameter: Tensor | undefined): Tensor {
  if (parameter === undefined) throw new Error('Group normalisation takes a scale and an offset.');
  return parameter;
}
