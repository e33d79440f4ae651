/** Wide residual networks: Zagoruyko and Komodakis, "Wide Residual Networks", BMVC 2016. Normalisation and ReLU come before each convolution. */
import { createDense } from '../layers/dense.ts';
import { createGlobalAveragePooling } from '../layers/global-average-pooling.ts';
import { createResidual } from '../layers/residual.ts';
import type { Normalisation } from '../../reweight/run-settings.ts';
import type { Network } from '../network.ts';
import type { ImageShape } from './layer-stack.ts';
import { LayerStack } from './layer-stack.ts';
import { createSequentialNetwork } from './sequential-network.ts';

const BASE_WIDTH = 16;
const LAYERS_OUTSIDE_BLOCKS = 4;
const LAYERS_PER_BLOCK_OF_EACH_STAGE = 6;

export interface WideResnetOptions {
  readonly classCount: number;
  /** 6 n + 4 for n blocks per stage. */
  readonly depth?: number;
  /** How many times wider than 16, 32 and 64 channels. */
  readonly widening?: number;
  /** Between the two convolutions of a block. */
  readonly dropout?: number;
  readonly normalisation?: Normalisation;
}

/**
 * WRN-28-10 with dropout 0.3 unless told otherwise: convolution 3x3 with 16 channels, three stages of four blocks with 160, 320 and 640, the
 * second and third halving the image, normalisation, ReLU, global average, dense K. 36.5 million parameters for ten classes.
 *
 * Where a block changes the shape, its shortcut is a convolution 1x1 of what the block's first normalisation and ReLU give.
 */
export function createWideResnet(inputShape: ImageShape, options: WideResnetOptions): Network {
  const { classCount, depth = 28, widening = 10, dropout = 0.3, normalisation = 'batch' } = options;
  const blocks = (depth - LAYERS_OUTSIDE_BLOCKS) / LAYERS_PER_BLOCK_OF_EACH_STAGE;
  if (!Number.isInteger(blocks)) throw new Error(`A wide residual network is 6 n + 4 layers deep, not ${depth}.`);
  const stack = new LayerStack(inputShape, normalisation).convolution('stem/conv', BASE_WIDTH, 3);
  [1, 2, 4].forEach((factor, stage) => {
    for (let block = 0; block < blocks; block++) {
      const name = `stage${stage + 1}.${block + 1}`;
      addBlock(stack, name, BASE_WIDTH * factor * widening, stage > 0 && block === 0 ? 2 : 1, dropout);
    }
  });
  stack.rectifiedNorm('norm');
  const { shape, layers } = stack;
  return createSequentialNetwork(`wrn-${depth}-${widening}`, [
    ...layers,
    createGlobalAveragePooling('average', shape),
    createDense({ name: 'classes', inputSize: shape[2], outputSize: classCount }),
  ]);
}

function addBlock(stack: LayerStack, name: string, width: number, stride: number, dropout: number): void {
  const changesShape = stride > 1 || stack.shape[2] !== width;
  if (changesShape) stack.rectifiedNorm(`${name}/norm1`);
  const body = stack.branch();
  if (!changesShape) body.rectifiedNorm(`${name}/norm1`);
  body.convolution(`${name}/conv1`, width, 3, stride).rectifiedNorm(`${name}/norm2`);
  body.dropout(`${name}/dropout`, dropout).convolution(`${name}/conv2`, width, 3);
  const shortcut = stack.branch();
  if (changesShape) shortcut.convolution(`${name}/projection`, width, 1, stride);
  stack.add(createResidual({ name, body: body.layers, shortcut: shortcut.layers }));
}
