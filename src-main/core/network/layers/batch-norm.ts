/**
 * Batch normalisation (Ioffe and Szegedy, ICML 2015) of images [B, H, W, C], optionally rectified: the examples of a batch see each other.
 *
 * With mean m and variance v of a channel over all pixels of all examples, r = 1 / sqrt(v + epsilon), n = (x - m) r, and scale s and offset o
 * per channel:
 *
 *   y     = s n + o
 *   y'    = s r (x' - mean x' - n mean(n x')) + s' n + o'
 *   dL/dx = s r (d - mean d - n mean(n d))        d = dL/dy
 *   dL/ds = sum of d n, dL/do = sum of d
 *
 * A rectifier behind it makes y = max(s n + o, 0); y' and d are then 0 where y is.
 *
 * Both differentiate through m and v, so u_i contains what moving the parameters does to example i by way of the rest of its batch. While
 * evaluating, and always where the layer is frozen, m and v are the running ones and constants: the means in y' and dL/dx drop out.
 *
 * The running m and v are parameters of the role `statistic`: they travel with the others, no gradient moves them, and
 * `moveStatistics` is called for the real step's batch alone.
 */
import { add, clone, mul, reshape, rsqrt, squeeze, sub, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { blend, gated, projections, scaledNormalised } from '../composed-normalisation.ts';
import type { Layer, LayerTrace } from '../layer.ts';
import { NORMALISATION_EPSILON, normalise, normaliseGradient, normaliseTangent } from '../normalisation.ts';
import type { NormalisationGradients, NormalisedState } from '../normalisation.ts';
import { requireImages, requireTensor } from '../require-tensor.ts';
import { sumToChannels } from '../sums.ts';

/** How much of the running statistics each step keeps. */
const RUNNING_DECAY = 0.9;

export interface BatchNormOptions {
  readonly name: string;
  /** [H, W, C] */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** Normalises by the running statistics in training too, and leaves them as they are. */
  readonly isFrozen?: boolean;
  readonly isRectified?: boolean;
}

/** Parameters: scale, offset, running mean, running variance, [C] each. `saved`: x, m, r [1, C], and v where m and v are the batch's. */
export function createBatchNorm(layer: BatchNormOptions): Layer {
  const { name, inputShape, isFrozen = false, isRectified = false } = layer;
  const fans = { shape: [inputShape[2]], fanIn: 1, fanOut: 1, decays: false };
  const options = { groups: 0, isRectified };
  return {
    name,
    description: { kind: 'batch-norm', isRectified },
    inputShape,
    outputShape: inputShape,
    parameters: [
      { name: `${name}/scale`, initialiser: 'ones', ...fans },
      { name: `${name}/offset`, initialiser: 'zeros', ...fans },
      { name: `${name}/running-mean`, initialiser: 'zeros', role: 'statistic', ...fans },
      { name: `${name}/running-variance`, initialiser: 'ones', role: 'statistic', ...fans },
    ],

    forward(parameters, input, { mode }) {
      const scaled = { x: input, ...scaleAndOffset(parameters) };
      if (mode === 'train' && !isFrozen) {
        const { y, m, r, v } = normalise(scaled, options);
        return { output: y, saved: [clone(input), m, r, v] };
      }
      const moments = runningMoments(parameters);
      const output = tidy(() => scaledNormalised({ ...scaled, ...moments }, options));
      return { output, saved: [clone(input), moments.m, moments.r] };
    },

    tangent(parameters, trace, inputTangent, parameterTangents) {
      const state = savedState(trace, parameters);
      const along = scaleAndOffset(parameterTangents);
      if (inputTangent === null)
        return tidy(() => gated(scaledNormalised({ ...state, ...along }, { isRectified: false }), state, options));
      const { scale: scaleTangent, offset: offsetTangent } = along;
      if (isOfBatch(trace))
        return normaliseTangent({ ...state, tangent: inputTangent, scaleTangent, offsetTangent }, options);
      return tidy(() => {
        const slope = mul(scaleTangent, state.r); // factor of x
        const offset = sub(offsetTangent, mul(slope, state.m));
        const second = { images: requireImages(inputTangent), factors: mul(state.scale, state.r) };
        return gated(blend(state.x, slope, offset, second), state, options);
      });
    },

    backward(parameters, trace, outputGradient, wantsInputGradient) {
      const state = savedState(trace, parameters);
      const { input, scales, offsets } = isOfBatch(trace)
        ? normaliseGradient({ ...state, gradient: outputGradient }, { ...options, isSummed: true })
        : constantGradient(state, outputGradient, options);
      if (!wantsInputGradient) input.dispose();
      const nothing = [2, 3].map((index) => zerosLike(requireTensor(parameters, index)));
      return { inputGradient: wantsInputGradient ? input : null, parameterGradients: [scales, offsets, ...nothing] };
    },

    moveStatistics(parameters, trace) {
      const [scale, offset, runningMean, runningVariance] = [0, 1, 2, 3].map((i) => requireTensor(parameters, i));
      const variance = trace.saved[3];
      if (!scale || !offset || !runningMean || !runningVariance || variance === undefined) return parameters;
      const towards = (running: Tensor, batch: Tensor): Tensor =>
        tidy(() => add(mul(running, RUNNING_DECAY), mul(squeeze(batch, [0]), 1 - RUNNING_DECAY)));
      return [scale, offset, towards(runningMean, requireTensor(trace.saved, 1)), towards(runningVariance, variance)];
    },
  };
}

/** m and r of the running statistics, [1, C]. */
function runningMoments(parameters: readonly Tensor[]): { readonly m: Tensor2D; readonly r: Tensor2D } {
  const row = (index: number): Tensor2D => reshape<Rank.R2>(requireTensor(parameters, index), [1, -1]);
  return { m: row(2), r: tidy(() => rsqrt(add(row(3), NORMALISATION_EPSILON))) };
}

/** Backwards through an m and an r that do not depend on the input. */
function constantGradient(
  state: NormalisedState<Tensor>,
  outputGradient: Tensor,
  options: { readonly isRectified: boolean },
): NormalisationGradients {
  return tidy(() => {
    const d = gated(outputGradient, state, options);
    const { meanOfT, meanOfNT } = projections(state, d);
    const pixels = d.size / meanOfT.size;
    const slope = mul(state.scale, state.r);
    const total = (means: Tensor2D): Tensor => sumToChannels(mul(means, pixels));
    return { input: blend(d, slope, zerosLike(slope)), scales: total(meanOfNT), offsets: total(meanOfT) };
  });
}

function isOfBatch({ saved }: LayerTrace): boolean {
  return saved.length === 4;
}

function savedState({ saved, output }: LayerTrace, parameters: readonly Tensor[]): NormalisedState<Tensor> {
  const [x, m, r] = [0, 1, 2].map((index) => requireTensor(saved, index));
  if (!x || !m || !r) throw new Error('The trace is of another layer.');
  return { x, m, r, y: output, ...scaleAndOffset(parameters) };
}

function scaleAndOffset(parameters: readonly Tensor[]): { readonly scale: Tensor; readonly offset: Tensor } {
  return { scale: requireTensor(parameters, 0), offset: requireTensor(parameters, 1) };
}
