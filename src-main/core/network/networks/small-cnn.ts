/** A small convolutional network for training from pixels on whatever engine there is. */
import { createConvolution } from '../layers/convolution.ts';
import { createDense } from '../layers/dense.ts';
import { createGlobalAveragePooling } from '../layers/global-average-pooling.ts';
import { createGroupNorm } from '../layers/group-norm.ts';
import { createMaxPooling } from '../layers/max-pooling.ts';
import type { Layer } from '../layer.ts';
import type { Network } from '../network.ts';
import { createSequentialNetwork } from './sequential-network.ts';

const GROUPS = 8;
const SMALLEST_SIDE = 28;
const LARGEST_SIDE = 128;
/** Side up to which the first convolution keeps every pixel; larger images are thinned so that a step stays affordable. */
const FULL_RESOLUTION_SIDE = 40;
const HALF_RESOLUTION_SIDE = 80;
/** Channels of the three stages: about 20 MFLOP forward for an image of 32 or 64 pixels, half a second for 100 of them on WebAssembly. */
const NARROW_WIDTHS = [16, 32, 64] as const;
/** Larger pictures show more: half as many channels again. */
const WIDE_WIDTHS = [24, 48, 96] as const;

type ImageShape = readonly [height: number, width: number, channels: number];

/**
 * Six convolutions 3x3 in three stages of two, each with GroupNorm and ReLU; a 2x2 max pool ends the first two stages, a global
 * average the third; then dense K. For images [B, H, W, C] of 28 to 128 pixels.
 *
 * Above 40 pixels the first convolution has stride 2, above 80 the second one too. The last kernel starts at zero.
 */
export function createSmallCnn(inputShape: ImageShape, classCount: number): Network {
  const side = Math.max(inputShape[0], inputShape[1]);
  if (Math.min(inputShape[0], inputShape[1]) < SMALLEST_SIDE || side > LARGEST_SIDE)
    throw new Error(
      `The small network takes images of ${SMALLEST_SIDE} to ${LARGEST_SIDE} pixels, got [${inputShape.join(', ')}].`,
    );
  const widths = side > FULL_RESOLUTION_SIDE ? WIDE_WIDTHS : NARROW_WIDTHS;
  const firstStrides = [side > FULL_RESOLUTION_SIDE ? 2 : 1, side > HALF_RESOLUTION_SIDE ? 2 : 1];
  const stages = [
    { name: 'stage1', width: widths[0], strides: firstStrides, isPooled: true },
    { name: 'stage2', width: widths[1], strides: [1, 1], isPooled: true },
    { name: 'stage3', width: widths[2], strides: [1, 1], isPooled: false },
  ];
  const layers: Layer[] = [];
  let shape = inputShape;
  for (const stage of stages) {
    const added = createStage(stage.name, shape, stage);
    layers.push(...added.layers);
    shape = added.outputShape;
  }
  return createSequentialNetwork('small-cnn', [
    ...layers,
    createGlobalAveragePooling('average', shape),
    createDense({ name: 'classes', inputSize: shape[2], outputSize: classCount, kernelInitialiser: 'zeros' }),
  ]);
}

interface Stage {
  readonly width: number;
  readonly strides: readonly number[];
  readonly isPooled: boolean;
}

function createStage(
  name: string,
  inputShape: ImageShape,
  { width, strides, isPooled }: Stage,
): { readonly layers: readonly Layer[]; readonly outputShape: ImageShape } {
  const layers: Layer[] = [];
  let shape = inputShape;
  strides.forEach((stride, i) => {
    const part = `${name}.${i + 1}`;
    layers.push(
      createConvolution({ name: `${part}/conv`, inputShape: shape, channels: width, size: 3, stride, hasBias: false }),
    );
    shape = [Math.ceil(shape[0] / stride), Math.ceil(shape[1] / stride), width];
    layers.push(createGroupNorm({ name: `${part}/norm`, inputShape: shape, groups: GROUPS, isRectified: true }));
    // Rectified as it is normalised, before the pool: the same function, in one sweep.
    if (isPooled && i === strides.length - 1) {
      layers.push(createMaxPooling({ name: `${name}/pool`, inputShape: shape, size: 2, stride: 2 }));
      shape = [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2), width];
    }
  });
  return { layers, outputShape: shape };
}
