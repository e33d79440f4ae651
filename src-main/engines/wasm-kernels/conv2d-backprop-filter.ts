/**
 * Gradient of a convolution with respect to its kernel, which the backend lacks.
 *
 * dk[r, s, c, e] = sum over b, i, j of x[b, i t + r - p, j t + s - p, c] d[b, i, j, e] is itself a convolution: of x with
 * its channels as the batch and its batch as the channels, [C, H, W, B], with d [H', W', B, E] as the kernel, dilated by the
 * stride t. So XNNPACK's convolution does the work, at 10-18 GFLOP/s on one thread.
 */
import { backend_util, Conv2D, Conv2DBackpropFilter } from '@tensorflow/tfjs-core';
import type { Conv2DBackpropFilterAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { defineKernel, floatsOf, fourSizes, ownKernel } from './define-kernel.ts';

interface Inputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}

export function defineConv2DBackpropFilter(): void {
  const convolve = ownKernel(Conv2D);

  defineKernel<Inputs, Conv2DBackpropFilterAttrs>(Conv2DBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
    const [, height, width] = fourSizes(x);
    const [rows, columns] = attrs.filterShape;
    const { padInfo, strideHeight, strideWidth, outHeight, outWidth } = backend_util.computeConv2DInfo(
      fourSizes(x),
      attrs.filterShape,
      attrs.strides,
      1,
      attrs.pad,
    );
    // Pixels that some window reaches; a stride may leave the last ones out, padding may lie behind the others.
    const reachedHeight = (outHeight - 1) * strideHeight + rows - padInfo.top;
    const reachedWidth = (outWidth - 1) * strideWidth + columns - padInfo.left;
    const turnedX = channelsAsBatch(x, Math.min(height, reachedHeight), Math.min(width, reachedWidth), backend);
    const turnedDy = batchAsInputChannels(dy, backend);
    const gradient = convolve({
      inputs: { x: turnedX, filter: turnedDy },
      attrs: {
        strides: 1,
        dilations: [strideHeight, strideWidth],
        dataFormat: 'NHWC',
        pad: [
          [0, 0],
          [padInfo.top, Math.max(0, reachedHeight - height)],
          [padInfo.left, Math.max(0, reachedWidth - width)],
          [0, 0],
        ],
      },
      backend,
    }); // [C, R, S, E]
    const result = channelsThird(gradient, backend);
    for (const { dataId } of [turnedX, turnedDy, gradient]) backend.disposeData(dataId);
    return result;
  });
}

/** [B, H, W, C] -> [C, usedHeight, usedWidth, B], leaving out the pixels behind. */
function channelsAsBatch(x: TensorInfo, usedHeight: number, usedWidth: number, backend: BackendWasm): TensorInfo {
  const [batch, height, width, channels] = fourSizes(x);
  const result = backend.makeOutput([channels, usedHeight, usedWidth, batch], 'float32');
  const source = floatsOf(backend, x);
  const target = floatsOf(backend, result);
  for (let i = 0; i < usedHeight; i++) {
    for (let j = 0; j < usedWidth; j++) {
      for (let c = 0; c < channels; c++) {
        const targetStart = ((c * usedHeight + i) * usedWidth + j) * batch;
        let from = (i * width + j) * channels + c;
        for (let b = 0; b < batch; b++, from += height * width * channels) target[targetStart + b] = source[from] ?? 0;
      }
    }
  }
  return result;
}

/** [B, H', W', E] -> [H', W', B, E] */
function batchAsInputChannels(dy: TensorInfo, backend: BackendWasm): TensorInfo {
  const [batch, height, width, channels] = fourSizes(dy);
  const result = backend.makeOutput([height, width, batch, channels], 'float32');
  const source = floatsOf(backend, dy);
  const target = floatsOf(backend, result);
  for (let b = 0; b < batch; b++) {
    for (let position = 0; position < height * width; position++) {
      const from = (b * height * width + position) * channels;
      target.set(source.subarray(from, from + channels), (position * batch + b) * channels);
    }
  }
  return result;
}

/** [C, R, S, E] -> [R, S, C, E] */
function channelsThird(gradient: TensorInfo, backend: BackendWasm): TensorInfo {
  const [channels, rows, columns, outputChannels] = fourSizes(gradient);
  const result = backend.makeOutput([rows, columns, channels, outputChannels], 'float32');
  const source = floatsOf(backend, gradient);
  const target = floatsOf(backend, result);
  for (let c = 0; c < channels; c++) {
    for (let tap = 0; tap < rows * columns; tap++) {
      const from = (c * rows * columns + tap) * outputChannels;
      target.set(source.subarray(from, from + outputChannels), (tap * channels + c) * outputChannels);
    }
  }
  return result;
}
