/** A trained network as exporters see it: layers, parameters by name, and what goes in and comes out. */
import type { TrainedHead } from '../influence/trained-head.ts';
import type { Layer, LayerDescription } from '../network/layer.ts';
import type { Network } from '../network/network.ts';
import type { NamedParameter, NamedParameters } from './network-file.ts';

export interface TrainedNetwork {
  readonly name: string;
  /** Without the batch dimension: [D], or [H, W, C] with values in [-1, 1]. */
  readonly inputShape: readonly number[];
  readonly layers: readonly Layer[];
  readonly parameters: NamedParameters;
  readonly classNames: readonly string[];
  /** In words, for the file: what to put in. */
  readonly inputNote: string;
}

/** Layers that have no numbers of their own. */
export type PlainDescription = Extract<
  LayerDescription,
  { kind: 'relu' | 'flatten' | 'dropout' | 'global-average-pooling' | 'max-pooling' | 'average-pooling' }
>;

export function isPlain(description: LayerDescription): description is PlainDescription {
  return plainKinds.includes(description.kind);
}

const plainKinds: readonly LayerDescription['kind'][] = [
  'relu',
  'flatten',
  'dropout',
  'global-average-pooling',
  'max-pooling',
  'average-pooling',
];

/** The parameter with that name; throws where there is none. */
export function parameterOf({ parameters }: TrainedNetwork, name: string): NamedParameter {
  const found = parameters[name];
  if (found === undefined) throw new Error(`The trained network has no parameter "${name}".`);
  return found;
}

const pixelNote = 'RGB images, values in [-1, 1]: byte / 127.5 - 1';

/** The network of a run on pictures. */
export function describeTrained(
  network: Pick<Network, 'name' | 'inputShape' | 'layers'>,
  parameters: NamedParameters,
  classNames: readonly string[],
): TrainedNetwork {
  const { name, inputShape, layers } = network;
  return { name, inputShape, layers, parameters, classNames, inputNote: pixelNote };
}

/**
 * The head, with the standardisation of its inputs folded into the first layer: W' = diag(s) W and b' = b - (m s) W, so that it takes a backbone's
 * vectors as they come.
 */
export function describeTrainedHead(
  network: Pick<Network, 'name' | 'inputShape' | 'layers'>,
  head: TrainedHead,
  classNames: readonly string[],
  backbone: string,
): TrainedNetwork {
  const [d, h, k] = [head.means.length, head.hiddenBias.length, head.outputBias.length];
  const kernel = head.hiddenKernel.map((value, at) => value * (head.scales[Math.floor(at / h)] ?? 0));
  const bias = head.hiddenBias.map((value, column) => {
    let sum = value;
    for (let row = 0; row < d; row++) sum -= (head.means[row] ?? 0) * (kernel[row * h + column] ?? 0);
    return sum;
  });
  return {
    ...{ name: network.name, inputShape: network.inputShape, layers: network.layers, classNames },
    parameters: {
      'hidden/kernel': { shape: [d, h], values: kernel },
      'hidden/bias': { shape: [h], values: bias },
      'classes/kernel': { shape: [h, k], values: head.outputKernel },
      'classes/bias': { shape: [k], values: head.outputBias },
    },
    inputNote: `vectors of the backbone ${backbone}`,
  };
}
