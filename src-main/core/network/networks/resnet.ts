/** Residual networks of He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", CVPR 2016: basic blocks of two convolutions. */
import { createChannelPadding } from '../layers/channel-padding.ts';
import { createDense } from '../layers/dense.ts';
import { createGlobalAveragePooling } from '../layers/global-average-pooling.ts';
import { createResidual } from '../layers/residual.ts';
import type { Normalisation } from '../../reweight/run-settings.ts';
import type { Network } from '../network.ts';
import type { ImageShape } from './layer-stack.ts';
import { LayerStack } from './layer-stack.ts';
import { createSequentialNetwork } from './sequential-network.ts';

/** Side from which ResNet-18 starts as it does for photographs. */
const LARGE_SIDE = 64;

export interface ResnetOptions {
  readonly classCount: number;
  readonly normalisation?: Normalisation;
  /** Channels of the first stage; each later one has twice as many. The papers' unless given. */
  readonly width?: number;
}

/**
 * ResNet-32 for images of CIFAR's size: convolution 3x3 with 16 channels, three stages of five blocks with 16, 32 and 64, the second and third
 * halving the image, shortcuts without parameters, global average, dense K. 0.46 million parameters for ten classes.
 */
export function createResnet32(inputShape: ImageShape, options: ResnetOptions): Network {
  const { classCount, normalisation = 'batch', width = 16 } = options;
  const stack = new LayerStack(inputShape, normalisation);
  stack.convolution('stem/conv', width, 3).rectifiedNorm('stem/norm');
  addStages(stack, { widths: [width, 2 * width, 4 * width], blocks: 5, shortcut: 'padded' });
  return finish('resnet-32', stack, classCount);
}

/**
 * ResNet-18: four stages of two blocks with 64, 128, 256 and 512 channels, all but the first halving the image, shortcuts by a normalised
 * convolution 1x1 where the shape changes. From 64 pixels the stem is that for photographs, convolution 7x7/2 and max pool 3/2; below, one
 * convolution 3x3. 11.2 million parameters without the last layer.
 */
export function createResnet18(inputShape: ImageShape, options: ResnetOptions): Network {
  const { classCount, normalisation = 'batch', width = 64 } = options;
  const stack = new LayerStack(inputShape, normalisation);
  const isLarge = Math.min(inputShape[0], inputShape[1]) >= LARGE_SIDE;
  stack.convolution('stem/conv', width, isLarge ? 7 : 3, isLarge ? 2 : 1).rectifiedNorm('stem/norm');
  if (isLarge) stack.maxPooling('stem/pool');
  addStages(stack, { widths: [1, 2, 4, 8].map((factor) => factor * width), blocks: 2, shortcut: 'projected' });
  return finish('resnet-18', stack, classCount);
}

interface Stages {
  readonly widths: readonly number[];
  readonly blocks: number;
  readonly shortcut: 'padded' | 'projected';
}

function addStages(stack: LayerStack, { widths, blocks, shortcut }: Stages): void {
  widths.forEach((width, stage) => {
    for (let block = 0; block < blocks; block++) {
      const name = `stage${stage + 1}.${block + 1}`;
      addBlock(stack, name, width, stage > 0 && block === 0 ? 2 : 1, shortcut);
    }
  });
}

/** relu(norm(conv(relu(norm(conv(x))))) + shortcut(x)) */
function addBlock(stack: LayerStack, name: string, width: number, stride: number, shortcut: Stages['shortcut']): void {
  const body = stack.branch().convolution(`${name}/conv1`, width, 3, stride).rectifiedNorm(`${name}/norm1`);
  body.convolution(`${name}/conv2`, width, 3).norm(`${name}/norm2`);
  const aside = stack.branch();
  if (stride > 1 || stack.shape[2] !== width) {
    const inputShape = stack.shape;
    if (shortcut === 'padded')
      aside.add(createChannelPadding({ name: `${name}/padding`, inputShape, channels: width, stride }));
    else aside.convolution(`${name}/projection`, width, 1, stride).norm(`${name}/projection-norm`);
  }
  stack.add(createResidual({ name, body: body.layers, shortcut: aside.layers })).relu(`${name}/relu2`);
}

function finish(name: string, stack: LayerStack, classCount: number): Network {
  const { shape, layers } = stack;
  return createSequentialNetwork(name, [
    ...layers,
    createGlobalAveragePooling('average', shape),
    createDense({ name: 'classes', inputSize: shape[2], outputSize: classCount }),
  ]);
}
