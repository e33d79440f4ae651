/**
 * Batch normalisation (Ioffe and Szegedy, ICML 2015) of images [B, H, W, C]: the examples of a batch see each other.
 *
 * With mean m and variance v of a channel over all pixels of all examples, r = 1 / sqrt(v + epsilon), n = (x - m) r, and scale s and offset o
 * per channel:
 *
 *   y     = s n + o
 *   y'    = s r (x' - mean x' - n mean(n x')) + s' n + o'
 *   dL/dx = s r (d - mean d - n mean(n d))        d = dL/dy
 *   dL/ds = sum of d n, dL/do = sum of d
 *
 * Both differentiate through m and v, so u_i contains what moving the parameters does to example i by way of the rest of its batch. While
 * evaluating, and always where the layer is frozen, m and v are the running ones and constants: the means in y' and dL/dx drop out.
 *
 * The running m and v are parameters of the role `statistic`: they travel with the others, no gradient moves them, and
 * `moveStatistics` is called for the real step's batch alone.
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
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { channelBlend } from '../channel-blend.ts';
import type { Layer, LayerTrace } from '../layer.ts';
import { requireImages, requireTensor } from '../require-tensor.ts';
import { spatialMean } from '../sums.ts';

const EPSILON = 1e-5;
/** How much of the running statistics each step keeps. */
const RUNNING_DECAY = 0.9;

export interface BatchNormOptions {
  readonly name: string;
  /** [H, W, C] */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** Normalises by the running statistics in training too, and leaves them as they are. */
  readonly isFrozen?: boolean;
}

/** Parameters: scale, offset, running mean, running variance, [C] each. `saved`: x, m, r, and v where m and v are the batch's. */
export function createBatchNorm({ name, inputShape, isFrozen = false }: BatchNormOptions): Layer {
  const fans = { shape: [inputShape[2]], fanIn: 1, fanOut: 1, decays: false };
  return {
    name,
    inputShape,
    outputShape: inputShape,
    parameters: [
      { name: `${name}/scale`, initialiser: 'ones', ...fans },
      { name: `${name}/offset`, initialiser: 'zeros', ...fans },
      { name: `${name}/running-mean`, initialiser: 'zeros', role: 'statistic', ...fans },
      { name: `${name}/running-variance`, initialiser: 'ones', role: 'statistic', ...fans },
    ],

    forward(parameters, input, { mode }) {
      const images = requireImages(input);
      const isBatch = mode === 'train' && !isFrozen;
      const { m, v } = isBatch ? batchMoments(images) : runningMoments(parameters);
      const r = tidy(() => rsqrt(add(v, EPSILON)));
      const output = tidy(() => {
        const slope = mul(r, requireTensor(parameters, 0));
        return blend(images, slope, sub(requireTensor(parameters, 1), mul(slope, m)));
      });
      if (!isBatch) v.dispose();
      return { output, saved: isBatch ? [clone(input), m, r, v] : [clone(input), m, r] };
    },

    tangent(parameters, trace, inputTangent, [scaleTangent, offsetTangent]) {
      if (scaleTangent === undefined || offsetTangent === undefined) throw new Error(`Layer ${name} lacks a tangent.`);
      const { x, m, r, isBatch } = savedState(trace);
      return tidy(() => {
        if (inputTangent === null) {
          const slope = mul(scaleTangent, r);
          return blend(x, slope, sub(offsetTangent, mul(slope, m)));
        }
        const t = requireImages(inputTangent);
        const sr = mul(requireTensor(parameters, 0), r);
        const { meanOfT, meanOfNT } = isBatch ? projections(trace, t) : nothing(r);
        const slope = mul(sub(scaleTangent, mul(sr, meanOfNT)), r); // factor of x
        const offset = sub(sub(offsetTangent, mul(sr, meanOfT)), mul(slope, m));
        return blend(x, slope, offset, { images: t, factors: sr });
      });
    },

    backward(parameters, trace, outputGradient, wantsInputGradient) {
      const d = requireImages(outputGradient);
      const { x, m, r, isBatch } = savedState(trace);
      const { meanOfT, meanOfNT } = tidy(() => projections(trace, d));
      const inputGradient = wantsInputGradient
        ? tidy(() => {
            const sr = mul(requireTensor(parameters, 0), r);
            if (!isBatch) return blend(d, sr, zerosLike(r));
            const slope = mul(mul(sr, meanOfNT), r);
            return blend(d, sr, sub(mul(slope, m), mul(sr, meanOfT)), { images: x, factors: mul(slope, -1) });
          })
        : null;
      const count = d.size / inputShape[2];
      const [scaleGradient, offsetGradient] = [tidy(() => mul(meanOfNT, count)), tidy(() => mul(meanOfT, count))];
      meanOfT.dispose();
      meanOfNT.dispose();
      return {
        inputGradient,
        parameterGradients: [scaleGradient, offsetGradient, zerosLike(m), zerosLike(m)],
      };
    },

    moveStatistics(parameters, trace) {
      const [scale, offset, runningMean, runningVariance] = [0, 1, 2, 3].map((i) => requireTensor(parameters, i));
      const variance = trace.saved[3];
      if (!scale || !offset || !runningMean || !runningVariance || variance === undefined) return parameters;
      const towards = (running: Tensor, batch: Tensor): Tensor =>
        tidy(() => add(mul(running, RUNNING_DECAY), mul(batch, 1 - RUNNING_DECAY)));
      return [scale, offset, towards(runningMean, requireTensor(trace.saved, 1)), towards(runningVariance, variance)];
    },
  };
}

type Moments = {
  /** [C] each. */
  readonly m: Tensor;
  readonly v: Tensor;
};

function batchMoments(images: Tensor4D): Moments {
  return tidy(() => {
    const m = channelMean(images);
    // Rounding can take a variance of zero slightly below it.
    return { m, v: relu(sub(channelMean(mul(images, images)), square(m))) };
  });
}

function runningMoments(parameters: readonly Tensor[]): Moments {
  return { m: clone(requireTensor(parameters, 2)), v: clone(requireTensor(parameters, 3)) };
}

type Projections = {
  /** mean t and mean (n t) per channel, [C]. */
  readonly meanOfT: Tensor;
  readonly meanOfNT: Tensor;
};

function projections(trace: LayerTrace, t: Tensor4D): Projections {
  const { x, m, r } = savedState(trace);
  const meanOfT = channelMean(t);
  return { meanOfT, meanOfNT: mul(r, sub(channelMean(mul(x, t)), mul(m, meanOfT))) };
}

/** What constants contribute. */
function nothing(like: Tensor): Projections {
  return { meanOfT: zerosLike(like), meanOfNT: zerosLike(like) };
}

/** Mean over everything but the channels: [B, H, W, C] -> [C]. */
function channelMean(images: Tensor4D): Tensor1D {
  return mean<Tensor1D>(spatialMean(images), 0);
}

/** a x + b, or a x + c y + b, with one coefficient per channel. */
function blend(
  images: Tensor4D,
  factors: Tensor,
  offsets: Tensor,
  second?: { readonly images: Tensor4D; readonly factors: Tensor },
): Tensor4D {
  const [batch] = images.shape;
  return channelBlend(
    { images, factors: perExample(factors, batch) },
    perExample(offsets, batch),
    second && { images: second.images, factors: perExample(second.factors, batch) },
  );
}

/** [C] -> [B, C] */
function perExample(values: Tensor, batch: number): Tensor2D {
  return broadcastTo<Rank.R2>(reshape(values, [1, values.size]), [batch, values.size]);
}

function savedState({ saved }: LayerTrace) {
  return {
    x: requireImages(requireTensor(saved, 0)),
    m: requireTensor(saved, 1),
    r: requireTensor(saved, 2),
    isBatch: saved.length === 4,
  };
}
