/**
 * Gradient of a convolution with respect to its input, in place of the backend's naive loop (twenty times slower).
 *
 * It is a plain convolution of the errors d, spread out by the stride with zeros between, with the kernel turned by 180
 * degrees and its channels swapped: k'[r, s, e, c] = k[R - 1 - r, S - 1 - s, c, e].
 */
import { backend_util, Conv2D, Conv2DBackpropInput } from '@tensorflow/tfjs-core';
import type { Conv2DBackpropInputAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { defineKernel, floatsOf, fourSizes, ownKernel } from './define-kernel.ts';
import { transposeMatrix } from './transpose-matrix.ts';

interface Inputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}

export function defineConv2DBackpropInput(): void {
  const convolve = ownKernel(Conv2D);

  defineKernel<Inputs, Conv2DBackpropInputAttrs>(Conv2DBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
    const [, height, width] = attrs.inputShape;
    const [rows, columns] = fourSizes(filter);
    const { padInfo, strideHeight, strideWidth, outHeight, outWidth } = backend_util.computeConv2DInfo(
      attrs.inputShape,
      fourSizes(filter),
      attrs.strides,
      1,
      attrs.pad,
    );
    const isSpread = strideHeight > 1 || strideWidth > 1;
    const errors = isSpread ? spreadOut(dy, strideHeight, strideWidth, backend) : dy;
    const turned = turnedFilter(filter, backend);
    const result = convolve({
      inputs: { x: errors, filter: turned },
      attrs: {
        strides: 1,
        dilations: 1,
        dataFormat: 'NHWC',
        pad: [
          [0, 0],
          [rows - 1 - padInfo.top, height + padInfo.top - (outHeight - 1) * strideHeight - 1],
          [columns - 1 - padInfo.left, width + padInfo.left - (outWidth - 1) * strideWidth - 1],
          [0, 0],
        ],
      },
      backend,
    });
    backend.disposeData(turned.dataId);
    if (isSpread) backend.disposeData(errors.dataId);
    return result;
  });
}

/** [B, H', W', E] -> [B, (H' - 1) t + 1, (W' - 1) u + 1, E] with zeros in between. */
function spreadOut(dy: TensorInfo, rowStride: number, columnStride: number, backend: BackendWasm): TensorInfo {
  const [batch, height, width, channels] = fourSizes(dy);
  const spreadHeight = (height - 1) * rowStride + 1;
  const spreadWidth = (width - 1) * columnStride + 1;
  const result = backend.makeOutput([batch, spreadHeight, spreadWidth, channels], 'float32');
  const source = floatsOf(backend, dy);
  const target = floatsOf(backend, result).fill(0);
  for (let line = 0; line < batch * height; line++) {
    const targetLine = Math.floor(line / height) * spreadHeight + (line % height) * rowStride;
    for (let j = 0; j < width; j++) {
      const from = (line * width + j) * channels;
      target.set(source.subarray(from, from + channels), (targetLine * spreadWidth + j * columnStride) * channels);
    }
  }
  return result;
}

/** [R, S, C, E] -> [R, S, E, C], rows and columns reversed. */
function turnedFilter(filter: TensorInfo, backend: BackendWasm): TensorInfo {
  const [rows, columns, inputChannels, outputChannels] = fourSizes(filter);
  const result = backend.makeOutput([rows, columns, outputChannels, inputChannels], 'float32');
  const source = floatsOf(backend, filter);
  const target = floatsOf(backend, result);
  const size = inputChannels * outputChannels;
  const taps = rows * columns;
  for (let tap = 0; tap < taps; tap++) {
    const turned = target.subarray((taps - 1 - tap) * size, (taps - tap) * size);
    transposeMatrix(source.subarray(tap * size, (tap + 1) * size), turned, inputChannels, outputChannels);
  }
  return result;
}
