/**
 * Rectified linear unit, element by element.
 *
 * y = max(x, 0), any shape. With s = 1 where y > 0 and 0 elsewhere: y' = s x' and dL/dx = s dL/dy. The derivative at 0 is
 * taken as 0 in both, so that they stay transposes of each other.
 */
import { relu } from '@tensorflow/tfjs-core';
import type { Layer } from '../layer.ts';
import { reluGate } from '../relu-gate.ts';

/** No parameters; `saved` is empty, since the output itself says where the unit is open. */
export function createRelu(name: string, shape: readonly number[]): Layer {
  return {
    name,
    description: { kind: 'relu' },
    inputShape: shape,
    outputShape: shape,
    parameters: [],

    forward(_parameters, input) {
      return { output: relu(input), saved: [] };
    },

    tangent(_parameters, trace, inputTangent) {
      return inputTangent === null ? null : reluGate(inputTangent, trace.output);
    },

    backward(_parameters, trace, outputGradient, wantsInputGradient) {
      return {
        inputGradient: wantsInputGradient ? reluGate(outputGradient, trace.output) : null,
        parameterGradients: [],
      };
    },
  };
}
