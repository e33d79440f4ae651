/** From a network's name to the network. */
import { assertNever } from '../../errors.ts';
import type { NetworkName, RunSettings } from '../../reweight/run-settings.ts';
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

/** What of a network a run may choose; the papers' where it is left out. */
export type NetworkParts = Partial<Pick<RunSettings, 'normalisation' | 'dropout' | 'width'>>;

/** Throws where the input's shape does not suit the network. */
export function createNetwork(
  name: NetworkName,
  { inputShape, classCount }: NetworkOptions,
  { normalisation, dropout, width = 1 }: NetworkParts = {},
): Network {
  const norm = normalisation === undefined ? {} : { normalisation };
  const drop = dropout === undefined ? {} : { dropout };
  switch (name) {
    case 'head':
      return createHead(requireVector(inputShape), classCount, dropout);
    case 'lenet':
      return createLenet(requireImage(inputShape), classCount);
    case 'small-cnn':
      return createSmallCnn(requireImage(inputShape), classCount);
    case 'resnet-32':
      return createResnet32(requireImage(inputShape), { classCount, ...norm, width: channels(16, width) });
    case 'resnet-18':
      return createResnet18(requireImage(inputShape), { classCount, ...norm, width: channels(64, width) });
    case 'wrn-28-10':
      return createWideResnet(requireImage(inputShape), {
        ...{ classCount, ...norm, ...drop },
        widening: channels(16 * 10, width) / 16,
      });
    default:
      return assertNever(name);
  }
}

/** Whole groups of eight, which is what group normalisation divides them into. */
function channels(published: number, width: number): number {
  return Math.max(8, Math.round((published * width) / 8) * 8);
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
