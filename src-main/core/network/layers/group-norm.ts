/**
 * Group normalisation (Wu and He, ECCV 2018) of images [B, H, W, C], optionally rectified: no example sees another.
 *
 * The C channels form G groups of neighbours. With mean m and variance v over an example's pixels and the channels of a
 * group, r = 1 / sqrt(v + epsilon), n = (x - m) r, and scale s and offset o per channel:
 *
 *   y     = s n + o
 *   y'    = N(s, x') + s' n + o'       N(s, t) = s r (t - mean t - n mean(n t)), means over the group
 *   dL/dx = r (s d - mean(s d) - n mean(n s d))        d = dL/dy
 *   dL/ds = sum of d n, dL/do = sum of d, over batch and pixels
 *
 * A rectifier behind it makes y = max(s n + o, 0); y' and d are then 0 where y is.
 */
import { clone, mul, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gated, scaledNormalised } from '../composed-normalisation.ts';
import type { Layer, LayerTrace } from '../layer.ts';
import { normalise, normaliseGradient, normaliseTangent } from '../normalisation.ts';
import type { NormalisedState } from '../normalisation.ts';
import { requireTensor } from '../require-tensor.ts';
import { sumToChannels } from '../sums.ts';

export interface GroupNormOptions {
  readonly name: string;
  /** [H, W, C] */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** G: divides C. */
  readonly groups: number;
  readonly isRectified?: boolean;
}

/** Parameters: scale [C], offset [C]. `saved` holds x [B, H, W, C], m [B, C] and r [B, C]. */
export function createGroupNorm({ name, inputShape, groups, isRectified = false }: GroupNormOptions): Layer {
  const channels = inputShape[2];
  if (channels % groups !== 0) throw new Error(`Layer ${name}: ${groups} groups do not divide ${channels} channels.`);
  const fans = { shape: [channels], fanIn: 1, fanOut: 1, decays: false };
  const options = { groups, isRectified };
  return {
    name,
    description: { kind: 'group-norm', groups, isRectified },
    inputShape,
    outputShape: inputShape,
    parameters: [
      { name: `${name}/scale`, initialiser: 'ones', ...fans },
      { name: `${name}/offset`, initialiser: 'zeros', ...fans },
    ],

    forward(parameters, input) {
      const { y, m, r, v } = normalise({ x: input, ...scaleAndOffset(parameters) }, options);
      v.dispose();
      return { output: y, saved: [clone(input), m, r] };
    },

    tangent(parameters, trace, inputTangent, parameterTangents) {
      const state = savedState(trace, parameters);
      const along = scaleAndOffset(parameterTangents);
      if (inputTangent === null)
        return tidy(() => gated(scaledNormalised({ ...state, ...along }, { isRectified: false }), state, options));
      const tangents = { tangent: inputTangent, scaleTangent: along.scale, offsetTangent: along.offset };
      return normaliseTangent({ ...state, ...tangents }, options);
    },

    backward(parameters, trace, outputGradient, wantsInputGradient) {
      const state = savedState(trace, parameters);
      const inputs = { ...state, gradient: outputGradient };
      const { input, scales, offsets } = normaliseGradient(inputs, { ...options, isSummed: true });
      if (!wantsInputGradient) input.dispose();
      return { inputGradient: wantsInputGradient ? input : null, parameterGradients: [scales, offsets] };
    },

    examplePasses: {
      carry(parameters, trace, errors, wantsInputErrors) {
        const state = savedState(trace, parameters);
        const inputs = { ...state, gradient: errors };
        const { input, scales, offsets } = normaliseGradient(inputs, { ...options, isSummed: false });
        if (!wantsInputErrors) input.dispose();
        return { inputErrors: wantsInputErrors ? input : null, kept: [scales, offsets] };
      },

      alignments(_trace, kept, parameterTangents) {
        return kept.map((x, i) => ({ x, t: requireTensor(parameterTangents, i) }));
      },

      gradients(_trace, kept, { column }) {
        return kept.map((perExample) => sumToChannels(mul(perExample, column)));
      },
    },
  };
}

function savedState({ saved, output }: LayerTrace, parameters: readonly Tensor[]): NormalisedState<Tensor> {
  const [x, m, r] = [0, 1, 2].map((index) => requireTensor(saved, index));
  if (!x || !m || !r) throw new Error('The trace is of another layer.');
  return { x, m, r, y: output, ...scaleAndOffset(parameters) };
}

function scaleAndOffset(parameters: readonly Tensor[]): { readonly scale: Tensor; readonly offset: Tensor } {
  return { scale: requireTensor(parameters, 0), offset: requireTensor(parameters, 1) };
}
