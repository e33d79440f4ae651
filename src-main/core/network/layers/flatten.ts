/** Image to vector: x [B, H, W, C] -> y [B, H W C], the same numbers in the same order in all three passes. */
import { reshape } from '@tensorflow/tfjs-core';
import type { Layer } from '../layer.ts';

/** No parameters; `saved` is empty. */
export function createFlatten(name: string, inputShape: readonly number[]): Layer {
  const size = inputShape.reduce((product, length) => product * length, 1);
  return {
    name,
    description: { kind: 'flatten' },
    inputShape,
    outputShape: [size],
    parameters: [],

    forward(_parameters, input) {
      return { output: reshape(input, [-1, size]), saved: [] };
    },

    tangent(_parameters, _trace, inputTangent) {
      return inputTangent === null ? null : reshape(inputTangent, [-1, size]);
    },

    backward(_parameters, _trace, outputGradient, wantsInputGradient) {
      return {
        inputGradient: wantsInputGradient ? reshape(outputGradient, [-1, ...inputShape]) : null,
        parameterGradients: [],
      };
    },
  };
}
