/** a x + b and a x + c y + b in one sweep over the images; composed of broadcast operations it takes several times as long. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { CHANNEL_BLEND } from '../../core/network/channel-blend.ts';
import type { ChannelBlendInputs } from '../../core/network/channel-blend.ts';
import { defineKernel, floatsOf, fourSizes } from './define-kernel.ts';

export function defineChannelBlend(): void {
  defineKernel<ChannelBlendInputs<TensorInfo>, object>(CHANNEL_BLEND, ({ inputs: { x, a, b, y, c }, backend }) => {
    const [batch, height, width, channels] = fourSizes(x);
    const result = backend.makeOutput(x.shape, 'float32');
    const view = (info: TensorInfo): Float32Array => floatsOf(backend, info);
    const size: BlendSize = { batch, pixels: height * width, channels };
    if (y === undefined || c === undefined) blendOne(view(result), size, view(x), view(a), view(b));
    else blendTwo(view(result), size, view(x), view(a), view(b), view(y), view(c));
    return result;
  });
}

interface BlendSize {
  readonly batch: number;
  readonly pixels: number;
  readonly channels: number;
}

function blendOne(
  target: Float32Array,
  { batch, pixels, channels }: BlendSize,
  x: Float32Array,
  a: Float32Array,
  b: Float32Array,
): void {
  let i = 0;
  for (let example = 0; example < batch; example++) {
    const start = example * channels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let k = start; k < start + channels; k++, i++) target[i] = (a[k] ?? 0) * (x[i] ?? 0) + (b[k] ?? 0);
    }
  }
}

function blendTwo(
  target: Float32Array,
  { batch, pixels, channels }: BlendSize,
  x: Float32Array,
  a: Float32Array,
  b: Float32Array,
  y: Float32Array,
  c: Float32Array,
): void {
  let i = 0;
  for (let example = 0; example < batch; example++) {
    const start = example * channels;
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let k = start; k < start + channels; k++, i++)
        target[i] = (a[k] ?? 0) * (x[i] ?? 0) + (c[k] ?? 0) * (y[i] ?? 0) + (b[k] ?? 0);
    }
  }
}
