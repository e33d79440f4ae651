/**
 * Max pooling over square windows of images [B, H, W, C]; windows may overlap.
 *
 * y_o = x_a(o), where a(o) is the flat index of the largest input of window o, one of them where several are equal.
 * Chosen once, in `forward`: y'_o = x'_a(o), and dL/dx_i = sum of dL/dy_o over the windows with a(o) = i.
 */
import { gatherND, maxPoolWithArgmax, reshape, scatterND, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { findKernel } from '../engine-kernel.ts';
import type { Layer } from '../layer.ts';
import { requireImages, requireTensor } from '../require-tensor.ts';
import { slidOverLength } from '../window.ts';
import type { Padding } from '../window.ts';

type ImageShape = readonly [height: number, width: number, channels: number];

/**
 * An engine may register a kernel of this name for the way back; without one TF.js scatters, for which both tensors are reshaped. Output float32
 * [B, H, W, C].
 */
export const MAX_POOL_GRADIENT = 'MaxPoolGradient';

export type MaxPoolGradientInputs<T> = {
  /** [B, H', W', C], and a of the same shape. */
  readonly gradient: T;
  readonly chosen: T;
};

/** H and W. */
export type MaxPoolGradientAttributes = { readonly height: number; readonly width: number };

export interface PoolingOptions {
  readonly name: string;
  /** [H, W, C] */
  readonly inputShape: ImageShape;
  /** Side of the window. */
  readonly size: number;
  readonly stride: number;
  readonly padding?: Padding;
}

/** No parameters. `saved` holds a, int32 [B, H', W', C], indices into the flattened input. */
export function createMaxPooling({ name, inputShape, size, stride, padding = 'valid' }: PoolingOptions): Layer {
  const [height, width, channels] = inputShape;
  return {
    name,
    description: { kind: 'max-pooling', size, stride, padding },
    inputShape,
    outputShape: [
      slidOverLength(height, size, stride, padding),
      slidOverLength(width, size, stride, padding),
      channels,
    ],
    parameters: [],

    forward(_parameters, input) {
      const { output, chosen } = chooseLargest(requireImages(input), size, stride, padding);
      return { output, saved: [chosen] };
    },

    tangent(_parameters, trace, inputTangent) {
      if (inputTangent === null) return null;
      const chosen = requireTensor(trace.saved, 0);
      return tidy(() => reshape(gatherND(reshape(inputTangent, [-1]), asRows(chosen)), trace.output.shape));
    },

    backward(_parameters, trace, outputGradient, wantsInputGradient) {
      return {
        inputGradient: wantsInputGradient
          ? scatterToInput(outputGradient, requireTensor(trace.saved, 0), inputShape)
          : null,
        parameterGradients: [],
      };
    },
  };
}

/** y and a, both [B, H', W', C]. */
function chooseLargest(
  images: Tensor4D,
  size: number,
  stride: number,
  padding: Padding,
): { readonly output: Tensor; readonly chosen: Tensor } {
  const { result, indexes } = maxPoolWithArgmax(images, size, stride, padding, true);
  if (result === undefined || indexes === undefined) throw new Error('Max pooling returned no indices.');
  return { output: result, chosen: indexes };
}

/** What the windows' gradients add up to at the inputs that they chose, [B, H, W, C]. */
function scatterToInput(outputGradient: Tensor, chosen: Tensor, inputShape: ImageShape): Tensor {
  const [height, width] = inputShape;
  const kernel = findKernel<Tensor>(MAX_POOL_GRADIENT);
  if (kernel) return kernel({ gradient: outputGradient, chosen }, { height, width });
  const batch = outputGradient.shape[0] ?? 0;
  const size = inputShape.reduce((product, length) => product * length, batch);
  return tidy(() => {
    const flat = scatterND(asRows(chosen), reshape(outputGradient, [-1]), [size]);
    return reshape(flat, [batch, ...inputShape]);
  });
}

/** As TF.js gathers and scatters: one row per value. */
function asRows(chosen: Tensor): Tensor {
  return reshape(chosen, [-1, 1]);
}
