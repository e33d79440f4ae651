/**
 * Mean over the image plane: x [B, H, W, C] -> y [B, C].
 *
 * y_bc = mean over i, j of x_bijc. Linear: y' is the same of x', and dL/dx_bijc = dL/dy_bc / (H W).
 */
import type { Layer } from '../layer.ts';
import { requireImages } from '../require-tensor.ts';
import { spatialMean, spatialMeanGradient } from '../sums.ts';

/** No parameters; `saved` is empty. */
export function createGlobalAveragePooling(
  name: string,
  inputShape: readonly [height: number, width: number, channels: number],
): Layer {
  const [height, width, channels] = inputShape;
  return {
    name,
    description: { kind: 'global-average-pooling' },
    inputShape,
    outputShape: [channels],
    parameters: [],

    forward(_parameters, input) {
      return { output: spatialMean(requireImages(input)), saved: [] };
    },

    tangent(_parameters, _trace, inputTangent) {
      return inputTangent === null ? null : spatialMean(requireImages(inputTangent));
    },

    backward(_parameters, _trace, outputGradient, wantsInputGradient) {
      return {
        inputGradient: wantsInputGradient ? spatialMeanGradient(outputGradient, { height, width }) : null,
        parameterGradients: [],
      };
    },
  };
}
