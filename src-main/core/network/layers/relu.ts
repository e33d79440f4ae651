/**
 * Rectified linear unit, element by element.
 *
 * y = max(x, 0), any shape. With s = 1 where y > 0 and 0 elsewhere: y' = s x' and dL/dx = s dL/dy. The derivative at 0 is
 * taken as 0 in both, so that they stay transposes of each other.
 */
import { mul, relu, step, tidy } from '@tensorflow/tfjs-core';
import type { Layer } from '../layer.ts';

/** No parameters; `saved` is empty, since the output itself says where the unit is open. */
export function createRelu(name: string, shape: readonly number[]): Layer {
  return {
    name,
    inputShape: shape,
    outputShape: shape,
    parameters: [],

    forward(_parameters, input) {
      return { output: relu(input), saved: [] };
    },

    tangent(_parameters, trace, inputTangent) {
      return inputTangent === null ? null : tidy(() => mul(inputTangent, step(trace.output)));
    },

    backward(_parameters, trace, outputGradient, wantsInputGradient) {
      return {
        inputGradient: wantsInputGradient ? tidy(() => mul(outputGradient, step(trace.output))) : null,
        parameterGradients: [],
      };
    },
  };
}
