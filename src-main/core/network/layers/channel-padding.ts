/**
 * The shortcut without parameters of CIFAR's residual networks (He et al., CVPR 2016, option A): every stride-th pixel, and zeros for the
 * channels that were not there before, half of them on either side.
 *
 * A convolution 1x1 with a constant kernel of zeros and ones. Linear: the tangent is the same map, the gradient its transpose.
 */
import { conv2d, conv2dTranspose, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Layer } from '../layer.ts';
import { requireImages } from '../require-tensor.ts';
import { slidOverLength } from '../window.ts';

export interface ChannelPaddingOptions {
  readonly name: string;
  /** [H, W, C] */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** E >= C */
  readonly channels: number;
  readonly stride: number;
}

/** No parameters; `saved` is empty. */
export function createChannelPadding({ name, inputShape, channels, stride }: ChannelPaddingOptions): Layer {
  const [height, width, inputChannels] = inputShape;
  const apply = (input: Tensor): Tensor4D =>
    tidy(() => conv2d(requireImages(input), paddingKernel(inputChannels, channels), stride, 'same'));
  return {
    name,
    description: { kind: 'channel-padding', stride },
    inputShape,
    outputShape: [slidOverLength(height, 1, stride, 'same'), slidOverLength(width, 1, stride, 'same'), channels],
    parameters: [],

    forward(_parameters, input) {
      return { output: apply(input), saved: [] };
    },

    tangent(_parameters, _trace, inputTangent) {
      return inputTangent === null ? null : apply(inputTangent);
    },

    backward(_parameters, _trace, outputGradient, wantsInputGradient) {
      if (!wantsInputGradient) return { inputGradient: null, parameterGradients: [] };
      const d = requireImages(outputGradient);
      const shape: [number, number, number, number] = [d.shape[0], height, width, inputChannels];
      const inputGradient = tidy(() =>
        conv2dTranspose(d, paddingKernel(inputChannels, channels), shape, stride, 'same'),
      );
      return { inputGradient, parameterGradients: [] };
    },
  };
}

/** [1, 1, C, E], one where an output channel continues an input channel. */
function paddingKernel(inputChannels: number, channels: number): Tensor4D {
  const before = Math.floor((channels - inputChannels) / 2);
  const values = new Float32Array(inputChannels * channels);
  for (let c = 0; c < inputChannels; c++) values[c * channels + before + c] = 1;
  return tensor4d(values, [1, 1, inputChannels, channels]);
}
