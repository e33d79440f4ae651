/** LeNet as in the code released with the L2RW paper: its network for MNIST. */
import { createConvolution } from '../layers/convolution.ts';
import { createDense } from '../layers/dense.ts';
import { createFlatten } from '../layers/flatten.ts';
import { createMaxPooling } from '../layers/max-pooling.ts';
import { createRelu } from '../layers/relu.ts';
import type { Layer } from '../layer.ts';
import type { Network } from '../network.ts';
import { createSequentialNetwork } from './sequential-network.ts';

const STAGE_WIDTHS = [16, 32, 64];
const HIDDEN_UNITS = 100;
const SMALLEST_SIDE = 28;

/**
 * Three times (convolution 5x5 -> max pool 3/2 -> ReLU) with 16, 32 and 64 channels, dense 100 -> ReLU -> dense K; everything
 * padded to `same`, for images [B, H, W, C] from 28 pixels. 28x28 ends at 4x4x64.
 *
 * Deviations from the paper's code: K logits where it has one for two classes, and He's initialisation where it has a truncated
 * normal of deviation 0.1. Pooling comes before ReLU: the same function, on a quarter of the values.
 */
export function createLenet(inputShape: readonly [number, number, number], classCount: number): Network {
  if (Math.min(inputShape[0], inputShape[1]) < SMALLEST_SIDE)
    throw new Error(`LeNet takes images from ${SMALLEST_SIDE} pixels, got [${inputShape.join(', ')}].`);
  const layers: Layer[] = [];
  let shape = inputShape;
  STAGE_WIDTHS.forEach((channels, i) => {
    const stage = String(i + 1);
    const [height, width] = shape;
    layers.push(createConvolution({ name: `conv${stage}`, inputShape: shape, channels, size: 5 }));
    layers.push(
      createMaxPooling({
        name: `pool${stage}`,
        inputShape: [height, width, channels],
        size: 3,
        stride: 2,
        padding: 'same',
      }),
    );
    shape = [Math.ceil(height / 2), Math.ceil(width / 2), channels];
    layers.push(createRelu(`relu${stage}`, shape));
  });
  const flatSize = shape[0] * shape[1] * shape[2];
  return createSequentialNetwork('lenet', [
    ...layers,
    createFlatten('flatten', shape),
    createDense({ name: 'hidden', inputSize: flatSize, outputSize: HIDDEN_UNITS }),
    createRelu('relu4', [HIDDEN_UNITS]),
    createDense({ name: 'classes', inputSize: HIDDEN_UNITS, outputSize: classCount }),
  ]);
}
