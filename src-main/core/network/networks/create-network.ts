/** From a network's name to the network. */
import { assertNever } from '../../errors.ts';
import type { NetworkName } from '../../reweight/run-settings.ts';
import type { Network } from '../network.ts';
import { createHead } from './head.ts';
import { createLenet } from './lenet.ts';
import { createResnet18, createResnet32 } from './resnet.ts';
import { createSmallCnn } from './small-cnn.ts';
import { createWideResnet } from './wide-resnet.ts';

export interface NetworkOptions {
  /** Without the batch dimension: [D] for `head`, [H, W, C] for the others. */
  readonly inputShape: readonly number[];
  /** K, at least 2. */
  readonly classCount: number;
}

/** Throws where the input's shape does not suit the network. */
export function createNetwork(name: NetworkName, { inputShape, classCount }: NetworkOptions): Network {
  switch (name) {
    case 'head':
      return createHead(requireVector(inputShape), classCount);
    case 'lenet':
      return createLenet(requireImage(inputShape), classCount);
    case 'small-cnn':
      return createSmallCnn(requireImage(inputShape), classCount);
    case 'resnet-32':
      return createResnet32(requireImage(inputShape), { classCount });
    case 'resnet-18':
      return createResnet18(requireImage(inputShape), { classCount });
    case 'wrn-28-10':
      return createWideResnet(requireImage(inputShape), { classCount });
    default:
      return assertNever(name);
  }
}

function requireVector(shape: readonly number[]): number {
  const [size] = shape;
  if (size === undefined || shape.length !== 1) throw new Error(`Expected [D], got [${shape.join(', ')}].`);
  return size;
}

function requireImage(shape: readonly number[]): readonly [height: number, width: number, channels: number] {
  const [height, width, channels] = shape;
  if (height === undefined || width === undefined || channels === undefined || shape.length !== 3)
    throw new Error(`Expected [H, W, C], got [${shape.join(', ')}].`);
  return [height, width, channels];
}
