/**
 * Inverted dropout.
 *
 * y = m x with m = 1 / (1 - rate) with probability 1 - rate and 0 otherwise, drawn once per step from the context's seed
 * and the layer's name; parts of a batch take their rows of the whole batch's mask. Linear in x, so y' = m x' and dL/dx = m dL/dy with the very same m. Identity in `evaluate` mode.
 */
import { clone, mul, tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer, LayerTrace } from '../layer.ts';
import { dropoutMask } from '../seeded-values.ts';

export interface DropoutOptions {
  readonly name: string;
  readonly shape: readonly number[];
  /** Share of values set to zero, in [0, 1). */
  readonly rate: number;
}

/** No parameters. `saved` holds the mask [B, ...shape], or nothing where the layer was the identity. */
export function createDropout({ name, shape, rate }: DropoutOptions): Layer {
  return {
    name,
    description: { kind: 'dropout' },
    inputShape: shape,
    outputShape: shape,
    parameters: [],

    forward(_parameters, input, context) {
      if (context.mode === 'evaluate' || rate === 0) return { output: clone(input), saved: [] };
      const before = ((context.firstRow ?? 0) * input.size) / (input.shape[0] ?? 1);
      const values = dropoutMask(before + input.size, rate, context.seed, name).subarray(before);
      const mask = tensor(values, input.shape);
      return { output: mul(input, mask), saved: [mask] };
    },

    tangent(_parameters, trace, inputTangent) {
      return inputTangent === null ? null : applyMask(trace, inputTangent);
    },

    backward(_parameters, trace, outputGradient, wantsInputGradient) {
      return { inputGradient: wantsInputGradient ? applyMask(trace, outputGradient) : null, parameterGradients: [] };
    },
  };
}

function applyMask(trace: LayerTrace, values: Tensor): Tensor {
  const [mask] = trace.saved;
  return mask === undefined ? clone(values) : mul(values, mask);
}
