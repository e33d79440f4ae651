/**
 * Two-dimensional convolution over images [B, H, W, C].
 *
 * y[b, i, j, e] = sum over r, s, c of x[b, i t + r - p, j t + s - p, c] k[r, s, c, e] + b[e], with stride t and padding p
 * (zeros around the image). Written y = x * k + b. Tangent: y' = x' * k + x * k' + b'. Gradients, with d = dL/dy
 * [B, H', W', E]: dL/dx is the transposed convolution of d with k, dL/dk the correlation of x with d, dL/db the sum of d
 * over batch and positions.
 */
import { add, clone, Conv2DBackpropFilter, conv2d, conv2dTranspose, engine, tidy } from '@tensorflow/tfjs-core';
import type { Conv2DBackpropFilterAttrs, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { activeRows, weightedRows } from '../example-rows.ts';
import type { Layer, ParameterSpec } from '../layer.ts';
import { requireImages, requireTensor } from '../require-tensor.ts';
import { sumToChannels } from '../sums.ts';
import { slidOverLength } from '../window.ts';
import type { Padding } from '../window.ts';

export interface ConvolutionOptions {
  readonly name: string;
  /** [H, W, C] */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** E: output channels. */
  readonly channels: number;
  /** Side of the square kernel. */
  readonly size: number;
  readonly stride?: number;
  readonly padding?: Padding;
  /** Leave it out in front of a normalisation that has its own offset. */
  readonly hasBias?: boolean;
}

/** Parameters: kernel [size, size, C, E], then bias [E] if it has one. `saved` holds the input. */
export function createConvolution(options: ConvolutionOptions): Layer {
  const [height, width] = options.inputShape;
  const { channels, size, stride = 1, padding = 'same', hasBias = true } = options;
  const kernelShape: KernelShape = [size, size, options.inputShape[2], channels];
  const apply = (input: Tensor, [kernel, bias]: readonly Tensor[]): Tensor4D =>
    convolve(requireImages(input), kernel, bias, stride, padding);
  return {
    name: options.name,
    description: { kind: 'convolution', size, stride, padding },
    inputShape: options.inputShape,
    outputShape: [
      slidOverLength(height, size, stride, padding),
      slidOverLength(width, size, stride, padding),
      channels,
    ],
    parameters: convolutionParameters(options.name, kernelShape, hasBias),

    forward(parameters, input) {
      return { output: apply(input, parameters), saved: [clone(input)] };
    },

    tangent(parameters, trace, inputTangent, parameterTangents) {
      return tidy(() => {
        const fromParameters = apply(requireTensor(trace.saved, 0), parameterTangents);
        if (inputTangent === null) return fromParameters;
        return add(apply(inputTangent, [requireTensor(parameters, 0)]), fromParameters);
      });
    },

    backward(parameters, trace, outputGradient, wantsInputGradient) {
      const input = requireImages(requireTensor(trace.saved, 0));
      const errors = requireImages(outputGradient);
      const kernel = requireImages(requireTensor(parameters, 0));
      const kernelGradient = convolutionKernelGradient(input, errors, kernelShape, stride, padding);
      return {
        inputGradient: wantsInputGradient ? conv2dTranspose(errors, kernel, input.shape, stride, padding) : null,
        parameterGradients: hasBias ? [kernelGradient, sumToChannels(errors)] : [kernelGradient],
      };
    },

    examplePasses: {
      carry(parameters, trace, errors, wantsInputErrors) {
        const { shape } = requireImages(requireTensor(trace.saved, 0));
        const kernel = requireImages(requireTensor(parameters, 0));
        const inputErrors = wantsInputErrors
          ? conv2dTranspose(requireImages(errors), kernel, shape, stride, padding)
          : null;
        return { inputErrors, kept: [clone(errors)] };
      },

      alignments(trace, kept, parameterTangents) {
        const moved = apply(requireTensor(trace.saved, 0), parameterTangents); // x * k' + b'
        return [{ x: requireTensor(kept, 0), t: moved }];
      },

      gradients(trace, kept, weights) {
        const input = requireImages(activeRows(requireTensor(trace.saved, 0), weights)); // [A, H, W, C]
        const weighted = requireImages(weightedRows(requireTensor(kept, 0), weights)); // [A, H', W', E]
        const kernelGradient = convolutionKernelGradient(input, weighted, kernelShape, stride, padding);
        return hasBias ? [kernelGradient, sumToChannels(weighted)] : [kernelGradient];
      },
    },
  };
}

type KernelShape = [rows: number, columns: number, inputChannels: number, outputChannels: number];

function convolutionParameters(name: string, shape: KernelShape, hasBias: boolean): readonly ParameterSpec[] {
  const [rows, columns, inputChannels, outputChannels] = shape;
  const fans = { fanIn: rows * columns * inputChannels, fanOut: rows * columns * outputChannels };
  const kernel: ParameterSpec = { name: `${name}/kernel`, shape, initialiser: 'he-normal', ...fans, decays: true };
  if (!hasBias) return [kernel];
  return [kernel, { name: `${name}/bias`, shape: [outputChannels], initialiser: 'zeros', ...fans, decays: false }];
}

function convolve(
  input: Tensor4D,
  kernel: Tensor | undefined,
  bias: Tensor | undefined,
  stride: number,
  padding: Padding,
): Tensor4D {
  const filter = requireImages(requireTensor(kernel === undefined ? [] : [kernel], 0));
  if (bias === undefined) return conv2d(input, filter, stride, padding);
  // Not the fused operation: WebAssembly's refuses a bias whose memory was first written under another shape.
  return tidy(() => add(conv2d(input, filter, stride, padding), bias));
}

/** dL/dk [rows, columns, C, E]. TF.js has a kernel for it but no public operation. */
function convolutionKernelGradient(
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: KernelShape,
  stride: number,
  pad: Padding,
): Tensor {
  const attributes = {
    strides: [stride, stride],
    pad,
    dataFormat: 'NHWC',
    filterShape,
  } satisfies Omit<Conv2DBackpropFilterAttrs, 'dimRoundingMode'>;
  return engine().runKernel<Tensor>(Conv2DBackpropFilter, { x, dy }, attributes);
}
