/**
 * Average pooling over square windows of images [B, H, W, C]; windows may overlap.
 *
 * y_o = mean of x over window o, padding not counted. Linear, so y' = the same of x', and dL/dx_i = sum of dL/dy_o / n_o
 * over the windows o with i inside, n_o being the pixels that window o has inside the image.
 */
import { AvgPoolGrad, avgPool, clone, engine } from '@tensorflow/tfjs-core';
import type { AvgPoolGradAttrs, Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '../layer.ts';
import { requireImages, requireTensor } from '../require-tensor.ts';
import { slidOverLength } from '../window.ts';
import type { PoolingOptions } from './max-pooling.ts';

/**
 * No parameters. `saved` holds the input, of which only the shape is used again. Padding is `valid` unless the caller says
 * otherwise: engines disagree on how windows over padding are averaged backwards.
 */
export function createAveragePooling({ name, inputShape, size, stride }: Omit<PoolingOptions, 'padding'>): Layer {
  const [height, width, channels] = inputShape;
  const pool = (values: Tensor): Tensor => avgPool(requireImages(values), size, stride, 'valid');
  return {
    name,
    description: { kind: 'average-pooling', size, stride },
    inputShape,
    outputShape: [
      slidOverLength(height, size, stride, 'valid'),
      slidOverLength(width, size, stride, 'valid'),
      channels,
    ],
    parameters: [],

    forward(_parameters, input) {
      return { output: pool(input), saved: [clone(input)] };
    },

    tangent(_parameters, _trace, inputTangent) {
      return inputTangent === null ? null : pool(inputTangent);
    },

    backward(_parameters, trace, outputGradient, wantsInputGradient) {
      const input = requireTensor(trace.saved, 0);
      return {
        inputGradient: wantsInputGradient ? spread(outputGradient, input, size, stride) : null,
        parameterGradients: [],
      };
    },
  };
}

/** Hands each window's gradient to its pixels in equal parts. TF.js has a kernel for it but no public operation. */
function spread(dy: Tensor, input: Tensor, size: number, stride: number): Tensor {
  const attributes = {
    filterSize: [size, size],
    strides: [stride, stride],
    pad: 'valid',
  } satisfies Omit<AvgPoolGradAttrs, 'dimRoundingMode'>;
  return engine().runKernel<Tensor>(AvgPoolGrad, { dy, input }, attributes);
}
