/**
 * Trained networks as a TensorFlow.js layers model: the text of `model.json` and the bytes of `weights.bin`, for `tf.loadLayersModel`. Images come as
 * [N, H, W, C]; the output is the classes' probabilities. Class names are in `model.json` under `userDefinedMetadata`.
 */
import type { Layer } from '../network/layer.ts';
import { NORMALISATION_EPSILON } from '../network/normalisation.ts';
import type { TrainedNetwork } from './trained-network.ts';
import type { PlainDescription } from './trained-network.ts';
import { isPlain, parameterOf } from './trained-network.ts';

export interface LayersModel {
  readonly json: string;
  readonly weights: Uint8Array;
}

type Config = Readonly<Record<string, unknown>>;

export function encodeLayersModel(network: TrainedNetwork): LayersModel {
  const builder = new ModelBuilder(network);
  const input = builder.layer(
    'InputLayer',
    [],
    { batch_input_shape: [null, ...network.inputShape], dtype: 'float32' },
    'input',
  );
  const logits = builder.chain(network.layers, input);
  const output = builder.layer('Softmax', [logits], { axis: -1 }, 'probabilities');
  const { layers, manifest, weights } = builder.finish();
  const config = {
    name: network.name,
    layers,
    input_layers: [[input, 0, 0]],
    output_layers: [[output, 0, 0]],
  };
  const json = {
    format: 'layers-model',
    generatedBy: 'Touchstone',
    convertedBy: null,
    userDefinedMetadata: { classes: network.classNames, input: network.inputNote },
    modelTopology: {
      keras_version: '2',
      backend: 'tensor_flow.js',
      model_config: { class_name: 'Model', config },
    },
    weightsManifest: [{ paths: ['weights.bin'], weights: manifest }],
  };
  return { json: `${JSON.stringify(json, null, 1)}\n`, weights };
}

class ModelBuilder {
  readonly #network: TrainedNetwork;
  readonly #layers: Config[] = [];
  readonly #manifest: Config[] = [];
  readonly #values: Float32Array[] = [];
  #count = 0;

  constructor(network: TrainedNetwork) {
    this.#network = network;
  }

  finish(): { readonly layers: readonly Config[]; readonly manifest: readonly Config[]; readonly weights: Uint8Array } {
    const total = this.#values.reduce((sum, { length }) => sum + length, 0);
    const all = new Float32Array(total);
    let offset = 0;
    for (const values of this.#values) {
      all.set(values, offset);
      offset += values.length;
    }
    return { layers: this.#layers, manifest: this.#manifest, weights: new Uint8Array(all.buffer) };
  }

  /** Adds a layer of Keras's and returns its name. */
  layer(className: string, inputs: readonly string[], config: Config = {}, given: string | null = null): string {
    const name = given ?? `${className.toLowerCase()}_${++this.#count}`;
    const inbound = inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])];
    this.#layers.push({
      name,
      class_name: className,
      config: { ...config, name, trainable: true },
      inbound_nodes: inbound,
    });
    return name;
  }

  weight(layer: string, part: string, shape: readonly number[], values: Float32Array): void {
    this.#manifest.push({ name: `${layer}/${part}`, shape, dtype: 'float32' });
    this.#values.push(values);
  }

  chain(layers: readonly Layer[], input: string): string {
    return layers.reduce((current, layer) => this.#add(layer, current), input);
  }

  #add(layer: Layer, input: string): string {
    const { description, name, outputShape } = layer;
    const [channels = 0] = outputShape.slice(-1);
    if (isPlain(description)) return this.#withoutParameters(description, input);
    switch (description.kind) {
      case 'dense': {
        const config = { units: channels, activation: 'linear', use_bias: true };
        return this.#withOwn('Dense', name, input, config, ['kernel', 'bias']);
      }
      case 'convolution': {
        const hasBias = layer.parameters.length > 1;
        const config = { ...window(description), filters: channels, kernel_size: square(description.size) };
        const parts = hasBias ? ['kernel', 'bias'] : ['kernel'];
        return this.#withOwn('Conv2D', name, input, { ...config, use_bias: hasBias, activation: 'linear' }, parts);
      }
      case 'batch-norm': {
        const parts = ['scale', 'offset', 'running-mean', 'running-variance'];
        const values = parts.map((part) => parameterOf(this.#network, `${name}/${part}`).values);
        return this.#rectified(description, this.#affine(input, NORMALISATION_EPSILON, values));
      }
      case 'group-norm':
        return this.#rectified(description, this.#groupNorm(name, input, outputShape, description.groups));
      case 'channel-padding': {
        const [inputs = 0] = layer.inputShape.slice(-1);
        const config = { ...window({ ...description, padding: 'same' }), filters: channels, kernel_size: [1, 1] };
        const added = this.layer('Conv2D', [input], { ...config, use_bias: false, activation: 'linear' });
        this.weight(added, 'kernel', [1, 1, inputs, channels], paddingKernel(inputs, channels));
        return added;
      }
      case 'residual':
        return this.layer('Add', [this.chain(description.body, input), this.chain(description.shortcut, input)]);
    }
  }

  #withoutParameters(description: PlainDescription, input: string): string {
    switch (description.kind) {
      case 'relu':
        return this.layer('ReLU', [input]);
      case 'dropout':
        return input;
      case 'flatten':
        return this.layer('Flatten', [input]);
      case 'global-average-pooling':
        return this.layer('GlobalAveragePooling2D', [input], { data_format: 'channels_last' });
      case 'max-pooling':
        return this.layer('MaxPooling2D', [input], { ...window(description), pool_size: square(description.size) });
      case 'average-pooling': {
        const config = { ...window({ ...description, padding: 'valid' }), pool_size: square(description.size) };
        return this.layer('AveragePooling2D', [input], config);
      }
    }
  }

  #rectified({ isRectified }: { readonly isRectified: boolean }, input: string): string {
    return isRectified ? this.layer('ReLU', [input]) : input;
  }

  /** A layer whose parameters have the same names and shapes as ours. */
  #withOwn(className: string, name: string, input: string, config: Config, parts: readonly string[]): string {
    const added = this.layer(className, [input], config);
    for (const part of parts) {
      const { shape, values } = parameterOf(this.#network, `${name}/${part}`);
      this.weight(added, part, shape, values);
    }
    return added;
  }

  #affine(input: string, epsilon: number, values: readonly (Float32Array | undefined)[]): string {
    const added = this.layer('BatchNormalization', [input], {
      axis: -1,
      epsilon,
      momentum: 0.9,
      center: true,
      scale: true,
    });
    ['gamma', 'beta', 'moving_mean', 'moving_variance'].forEach((part, at) => {
      const own = values[at] ?? new Float32Array();
      this.weight(added, part, [own.length], own);
    });
    return added;
  }

  /** Groups in front, each normalised as one long row; then the channels' own scale and offset. */
  #groupNorm(
    name: string,
    input: string,
    [height = 0, width = 0, channels = 0]: readonly number[],
    groups: number,
  ): string {
    const inGroup = channels / groups;
    const reshape = (from: string, shape: readonly number[]): string =>
      this.layer('Reshape', [from], { target_shape: shape });
    const split = reshape(input, [height * width, groups, inGroup]);
    const rows = reshape(this.layer('Permute', [split], { dims: [2, 1, 3] }), [groups, height * width * inGroup]);
    const config = { axis: -1, epsilon: NORMALISATION_EPSILON, center: false, scale: false };
    const normal = reshape(this.layer('LayerNormalization', [rows], config), [groups, height * width, inGroup]);
    const back = reshape(this.layer('Permute', [normal], { dims: [2, 1, 3] }), [height, width, channels]);
    const [scale, offset] = ['scale', 'offset'].map((part) => parameterOf(this.#network, `${name}/${part}`).values);
    return this.#affine(back, 0, [scale, offset, new Float32Array(channels), new Float32Array(channels).fill(1)]);
  }
}

function window({ stride, padding }: { readonly stride: number; readonly padding: 'same' | 'valid' }): Config {
  return { strides: square(stride), padding, data_format: 'channels_last' };
}

function square(side: number): readonly number[] {
  return [side, side];
}

/** The constant kernel of the shortcut without parameters, [1, 1, C, E]. */
function paddingKernel(inputs: number, outputs: number): Float32Array {
  const before = Math.floor((outputs - inputs) / 2);
  const values = new Float32Array(inputs * outputs);
  for (let c = 0; c < inputs; c++) values[c * outputs + before + c] = 1;
  return values;
}
