/**
 * The passes of `normalisation.ts` composed of TF.js operations, for engines without kernels for them.
 *
 * n is never stored: each pass is rearranged to a x + c t + b with a, b, c [B, C], found from the spatial means of t and x t alone (mean(n t) =
 * r (mean(x t) - m mean t)), so that it sweeps the images three times. v = mean x^2 - m^2 costs (m / r^-1)^2 units of rounding,
 * harmless while a mean is not hundreds of deviations.
 */
import { add, broadcastTo, mean, mul, neg, relu, reshape, rsqrt, square, sub, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { channelBlend } from './channel-blend.ts';
import type {
  GradientInputs,
  NormalisationAttributes,
  NormalisationGradientOptions,
  NormalisationGradients,
  NormalisationOptions,
  Normalised,
  NormalisedState,
  NormaliseInputs,
  TangentInputs,
} from './normalisation.ts';
import { planeMeans } from './plane-means.ts';
import { reluGate } from './relu-gate.ts';
import { requireImages } from './require-tensor.ts';
import { sumToChannels } from './sums.ts';

export function composedForward(inputs: NormaliseInputs<Tensor>, options: NormalisationAttributes): Normalised {
  return tidy(() => {
    const x = requireImages(inputs.x);
    const { meanOfT, meanOfXT } = planeMeans(x, x);
    const m = average(meanOfT, options);
    // Rounding can take a variance of zero slightly below it.
    const v = relu<Tensor2D>(sub(average(meanOfXT, options), square(m)));
    const r: Tensor2D = rsqrt(add(v, options.epsilon));
    return { y: scaledNormalised({ ...inputs, m, r }, options), m, r, v };
  });
}

export function composedTangent(inputs: TangentInputs<Tensor>, options: NormalisationOptions): Tensor4D {
  return tidy(() => {
    const { m, r, scale, tangent, scaleTangent, offsetTangent } = inputs;
    const t = requireImages(tangent);
    const { meanOfT, meanOfNT } = projections(inputs, t);
    const sr = mul(r, scale); // [R, C]
    const slope = mul(sub(scaleTangent, mul(sr, average(meanOfNT, options))), r); // factor of x
    const b = sub(sub(offsetTangent, mul(sr, average(meanOfT, options))), mul(slope, m));
    const y = blend(inputs.x, slope, b, { images: t, factors: sr });
    return gated(y, inputs, options);
  });
}

export function composedGradient(
  inputs: GradientInputs<Tensor>,
  options: NormalisationGradientOptions,
): NormalisationGradients {
  return tidy(() => {
    const { x, m, r, scale } = inputs;
    const d = gated(inputs.gradient, inputs, options);
    const { meanOfT, meanOfNT } = projections(inputs, d);
    const groupMean = average(mul(meanOfT, scale), options); // mean (s d)
    const slope = mul(square(r), average(mul(meanOfNT, scale), options)); // r^2 mean (n s d)
    const b = sub(mul(slope, m), mul(r, groupMean));
    const pixels = d.size / meanOfT.size;
    const total = (means: Tensor2D): Tensor => {
      const perExample = mul(means, pixels);
      return options.isSummed ? sumToChannels(perExample) : perExample;
    };
    return {
      input: blend(d, mul(r, scale), b, { images: requireImages(x), factors: neg(slope) }),
      scales: total(meanOfNT),
      offsets: total(meanOfT),
    };
  });
}

/** s n + o, rectified where asked for, with whatever m and r [B, C] or [1, C]. */
export function scaledNormalised(
  { x, m, r, scale, offset }: Omit<NormalisedState<Tensor>, 'y'>,
  { isRectified }: Pick<NormalisationOptions, 'isRectified'>,
): Tensor4D {
  const a = mul(r, scale);
  const y = blend(x, a, sub(offset, mul(a, m)));
  return isRectified ? relu(y) : y;
}

/** The derivative where the rectifier, if there is one, is open. */
export function gated(
  derivative: Tensor,
  { y }: Pick<NormalisedState<Tensor>, 'y'>,
  { isRectified }: Pick<NormalisationOptions, 'isRectified'>,
): Tensor4D {
  return requireImages(isRectified ? reluGate(derivative, y) : derivative);
}

export type Projections = {
  /** mean t and mean (n t) over each example's image plane, [B, C]. */
  readonly meanOfT: Tensor2D;
  readonly meanOfNT: Tensor2D;
};

export function projections({ x, m, r }: Pick<NormalisedState<Tensor>, 'x' | 'm' | 'r'>, t: Tensor4D): Projections {
  const { meanOfT, meanOfXT } = planeMeans(requireImages(x), t);
  return { meanOfT, meanOfNT: mul(r, sub(meanOfXT, mul(m, meanOfT))) };
}

/** Means over what shares one, from the means over the image plane: [B, C] -> [R, C]. */
function average(planes: Tensor2D, { groups }: NormalisationOptions): Tensor2D {
  const [batch, channels] = planes.shape;
  if (groups === 0) return mean<Tensor2D>(planes, 0, true);
  const parts = [batch, groups, channels / groups];
  const means = mean(reshape(planes, parts), 2, true); // [B, G, 1]
  return reshape<Rank.R2>(broadcastTo(means, parts), [batch, channels]);
}

/** a x + b, or a x + c y + b; coefficients [B, C] or [1, C]. */
export function blend(
  images: Tensor,
  factors: Tensor,
  offsets: Tensor,
  second?: { readonly images: Tensor4D; readonly factors: Tensor },
): Tensor4D {
  const x = requireImages(images);
  const [batch, , , channels] = x.shape;
  const perExample = (values: Tensor): Tensor2D => broadcastTo<Rank.R2>(values, [batch, channels]);
  return channelBlend(
    { images: x, factors: perExample(factors) },
    perExample(offsets),
    second && { images: second.images, factors: perExample(second.factors) },
  );
}
