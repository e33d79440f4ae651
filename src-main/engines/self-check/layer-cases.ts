/** The layers that reference-values.json was computed for, by the names used there. */
import type { Layer } from '../../core/network/layer.ts';
import { createAveragePooling } from '../../core/network/layers/average-pooling.ts';
import { createConvolution } from '../../core/network/layers/convolution.ts';
import { createDense } from '../../core/network/layers/dense.ts';
import { createFlatten } from '../../core/network/layers/flatten.ts';
import { createGlobalAveragePooling } from '../../core/network/layers/global-average-pooling.ts';
import { createGroupNorm } from '../../core/network/layers/group-norm.ts';
import { createMaxPooling } from '../../core/network/layers/max-pooling.ts';
import { createRelu } from '../../core/network/layers/relu.ts';
import { createResidual } from '../../core/network/layers/residual.ts';

export interface LayerCase {
  readonly name: string;
  readonly batch: number;
  readonly layer: Layer;
}

const name = 'layer';

/** Convolution, ReLU, convolution; the first one halves the image where there is a shortcut. */
function residual(hasShortcut: boolean): Layer {
  const stride = hasShortcut ? 2 : 1;
  const channels = hasShortcut ? 3 : 2;
  const side = 4 / stride;
  return createResidual({
    name,
    body: [
      createConvolution({ name: 'a', inputShape: [4, 4, 2], channels, size: 3, stride }),
      createRelu('b', [side, side, channels]),
      createConvolution({ name: 'c', inputShape: [side, side, channels], channels, size: 3 }),
    ],
    shortcut: hasShortcut
      ? [createConvolution({ name: 'd', inputShape: [4, 4, 2], channels, size: 1, stride, hasBias: false })]
      : [],
  });
}

const layers: Readonly<Record<string, readonly [batch: number, layer: Layer]>> = {
  dense: [4, createDense({ name, inputSize: 5, outputSize: 3 })],
  relu: [3, createRelu(name, [7])],
  flatten: [2, createFlatten(name, [3, 2, 2])],
  'convolution same': [2, createConvolution({ name, inputShape: [5, 6, 3], channels: 4, size: 3 })],
  'convolution same stride 2, even': [
    2,
    createConvolution({ name, inputShape: [6, 6, 2], channels: 3, size: 3, stride: 2 }),
  ],
  'convolution same stride 2, odd': [
    2,
    createConvolution({ name, inputShape: [7, 5, 2], channels: 3, size: 3, stride: 2 }),
  ],
  'convolution valid': [2, createConvolution({ name, inputShape: [5, 5, 2], channels: 3, size: 3, padding: 'valid' })],
  'convolution valid stride 2, pixels left over': [
    2,
    createConvolution({
      name,
      inputShape: [6, 8, 2],
      channels: 3,
      size: 3,
      stride: 2,
      padding: 'valid',
      hasBias: false,
    }),
  ],
  'convolution 5x5 same': [1, createConvolution({ name, inputShape: [6, 6, 2], channels: 2, size: 5 })],
  'convolution 1x1 stride 2': [
    2,
    createConvolution({ name, inputShape: [5, 4, 3], channels: 2, size: 1, stride: 2, hasBias: false }),
  ],
  'max pooling 2/2': [2, createMaxPooling({ name, inputShape: [5, 6, 2], size: 2, stride: 2 })],
  'max pooling 3/2 same': [2, createMaxPooling({ name, inputShape: [6, 7, 2], size: 3, stride: 2, padding: 'same' })],
  'max pooling 3/2 valid': [2, createMaxPooling({ name, inputShape: [7, 7, 3], size: 3, stride: 2 })],
  'average pooling 2/2': [2, createAveragePooling({ name, inputShape: [6, 4, 3], size: 2, stride: 2 })],
  'average pooling 3/2': [2, createAveragePooling({ name, inputShape: [7, 7, 2], size: 3, stride: 2 })],
  'global average pooling': [2, createGlobalAveragePooling(name, [3, 4, 5])],
  'group norm': [2, createGroupNorm({ name, inputShape: [3, 4, 6], groups: 2 })],
  'group norm, one channel a group': [2, createGroupNorm({ name, inputShape: [3, 3, 4], groups: 4 })],
  residual: [2, residual(false)],
  'residual with shortcut': [2, residual(true)],
};

export const layerCases: readonly LayerCase[] = Object.entries(layers).map(([caseName, [batch, layer]]) => ({
  name: caseName,
  batch,
  layer,
}));
