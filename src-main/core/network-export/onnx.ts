/**
 * Trained networks as ONNX (operator set 17): images come as [N, C, H, W], and kernels and flattening are turned to that order. Outputs are `logits` and
 * `probabilities`; the class names are in the file's metadata under `classes`, as JSON.
 */
import type { Layer } from '../network/layer.ts';
import { NORMALISATION_EPSILON } from '../network/normalisation.ts';
import { ProtoWriter } from './protobuf.ts';
import type { TrainedNetwork } from './trained-network.ts';
import type { PlainDescription } from './trained-network.ts';
import { isPlain, parameterOf } from './trained-network.ts';

const irVersion = 8;
const operatorSet = 17;
const elementTypes = { float: 1, int64: 7 } as const;
/** Numbers of fields in onnx.proto. */
const model = { irVersion: 1, producer: 2, graph: 7, operatorSets: 8, metadata: 14 } as const;
const graph = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
const node = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 } as const;

export function encodeOnnx(network: TrainedNetwork): Uint8Array {
  const builder = new GraphBuilder(network);
  const isImage = network.inputShape.length === 3;
  const [height = 0, width = 0, channels = 0] = network.inputShape;
  builder.input('input', isImage ? [channels, height, width] : network.inputShape);
  const last = builder.chain(network.layers, 'input');
  builder.node('Identity', [last], 'logits');
  builder.node('Softmax', ['logits'], 'probabilities', { axis: -1 });
  const classCount = network.classNames.length;
  builder.output('logits', [classCount]).output('probabilities', [classCount]);
  const metadata = { classes: JSON.stringify(network.classNames), input: network.inputNote, network: network.name };
  const file = new ProtoWriter()
    .int(model.irVersion, irVersion)
    .text(model.producer, 'Touchstone')
    .message(model.graph, builder.finish(network.name))
    .message(model.operatorSets, new ProtoWriter().text(1, '').int(2, operatorSet));
  for (const [key, value] of Object.entries(metadata))
    file.message(model.metadata, new ProtoWriter().text(1, key).text(2, value));
  return file.finish();
}

type Attributes = Readonly<Record<string, number | string | readonly number[] | { readonly float: number }>>;

class GraphBuilder {
  readonly #network: TrainedNetwork;
  readonly #proto = new ProtoWriter();
  #count = 0;

  constructor(network: TrainedNetwork) {
    this.#network = network;
  }

  finish(name: string): ProtoWriter {
    return this.#proto.text(graph.name, name);
  }

  input(name: string, shape: readonly number[]): this {
    this.#proto.message(graph.input, valueInfo(name, shape));
    return this;
  }

  output(name: string, shape: readonly number[]): this {
    this.#proto.message(graph.output, valueInfo(name, shape));
    return this;
  }

  /** Adds a node and returns its output's name. */
  node(operator: string, inputs: readonly string[], output: string | null = null, attributes: Attributes = {}): string {
    const name = output ?? `${operator.toLowerCase()}_${++this.#count}`;
    const proto = new ProtoWriter();
    for (const input of inputs) proto.text(node.input, input);
    proto.text(node.output, name).text(node.name, `node_${name}`).text(node.operator, operator);
    for (const [key, value] of Object.entries(attributes)) proto.message(node.attribute, attribute(key, value));
    this.#proto.message(graph.node, proto);
    return name;
  }

  /** Adds a constant and returns its name. */
  constant(name: string, shape: readonly number[], values: Float32Array | BigInt64Array): string {
    const type = values instanceof Float32Array ? elementTypes.float : elementTypes.int64;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#proto.message(graph.initializer, new ProtoWriter().ints(1, shape).int(2, type).text(8, name).bytes(9, bytes));
    return name;
  }

  /** The network's own parameter as it is, or in another shape. */
  parameter(name: string, shape?: readonly number[]): string {
    const { shape: own, values } = parameterOf(this.#network, name);
    return this.constant(name, shape ?? own, values);
  }

  chain(layers: readonly Layer[], input: string): string {
    return layers.reduce((current, layer) => this.#layer(layer, current), input);
  }

  #layer(layer: Layer, input: string): string {
    const { description, name, inputShape, outputShape } = layer;
    if (isPlain(description)) return this.#withoutParameters(description, input);
    switch (description.kind) {
      case 'dense':
        return this.node('Gemm', [input, this.parameter(`${name}/kernel`), this.parameter(`${name}/bias`)]);
      case 'convolution': {
        const hasBias = layer.parameters.length > 1;
        const inputs = [input, this.#kernel(`${name}/kernel`), ...(hasBias ? [this.parameter(`${name}/bias`)] : [])];
        return this.node('Conv', inputs, null, { ...window(description), kernel_shape: square(description.size) });
      }
      case 'batch-norm': {
        const names = ['scale', 'offset', 'running-mean', 'running-variance'].map((part) => `${name}/${part}`);
        const inputs = [input, ...names.map((part) => this.parameter(part))];
        const epsilon = { float: NORMALISATION_EPSILON };
        return this.#rectified(description, this.node('BatchNormalization', inputs, null, { epsilon }));
      }
      case 'group-norm':
        return this.#rectified(description, this.#groupNorm(name, input, outputShape, description.groups));
      case 'channel-padding': {
        const kernel = this.constant(`${name}/kernel`, ...paddingKernel(inputShape[2] ?? 0, outputShape[2] ?? 0));
        return this.node('Conv', [input, kernel], null, { strides: square(description.stride), kernel_shape: [1, 1] });
      }
      case 'residual':
        return this.node('Add', [this.chain(description.body, input), this.chain(description.shortcut, input)]);
    }
  }

  #withoutParameters(description: PlainDescription, input: string): string {
    switch (description.kind) {
      case 'relu':
        return this.node('Relu', [input]);
      case 'dropout':
        return input;
      case 'flatten':
        return this.node('Flatten', [this.node('Transpose', [input], null, { perm: [0, 2, 3, 1] })], null, { axis: 1 });
      case 'global-average-pooling':
        return this.node('Flatten', [this.node('GlobalAveragePool', [input])], null, { axis: 1 });
      case 'max-pooling':
        return this.node('MaxPool', [input], null, { ...window(description), kernel_shape: square(description.size) });
      case 'average-pooling': {
        const attributes = { ...window({ ...description, padding: 'valid' }), kernel_shape: square(description.size) };
        return this.node('AveragePool', [input], null, attributes);
      }
    }
  }

  #rectified({ isRectified }: { readonly isRectified: boolean }, input: string): string {
    return isRectified ? this.node('Relu', [input]) : input;
  }

  /** [kh, kw, C, E] -> [E, C, kh, kw] */
  #kernel(name: string): string {
    const { shape, values } = parameterOf(this.#network, name);
    const [kh = 0, kw = 0, c = 0, e = 0] = shape;
    const turned = new Float32Array(values.length);
    for (let place = 0; place < kh * kw; place++) {
      for (let from = 0; from < c; from++) {
        for (let to = 0; to < e; to++)
          turned[(to * c + from) * kh * kw + place] = values[(place * c + from) * e + to] ?? 0;
      }
    }
    return this.constant(name, [e, c, kh, kw], turned);
  }

  /** Instance normalisation of whole groups, then the channels' own scale and offset. */
  #groupNorm(
    name: string,
    input: string,
    [height = 0, width = 0, channels = 0]: readonly number[],
    groups: number,
  ): string {
    const shapeOf = (part: string, shape: readonly number[]): string =>
      this.constant(`${name}/${part}`, [shape.length], BigInt64Array.from(shape, BigInt));
    const grouped = this.node('Reshape', [input, shapeOf('grouped', [0, groups, -1])]);
    const ones = this.constant(`${name}/ones`, [groups], new Float32Array(groups).fill(1));
    const zeros = this.constant(`${name}/zeros`, [groups], new Float32Array(groups));
    const normal = this.node('InstanceNormalization', [grouped, ones, zeros], null, {
      epsilon: { float: NORMALISATION_EPSILON },
    });
    const back = this.node('Reshape', [normal, shapeOf('whole', [-1, channels, height, width])]);
    const scaled = this.node('Mul', [back, this.parameter(`${name}/scale`, [channels, 1, 1])]);
    return this.node('Add', [scaled, this.parameter(`${name}/offset`, [channels, 1, 1])]);
  }
}

function window({ stride, padding }: { readonly stride: number; readonly padding: 'same' | 'valid' }): Attributes {
  return { strides: square(stride), auto_pad: padding === 'same' ? 'SAME_UPPER' : 'VALID' };
}

function square(side: number): readonly number[] {
  return [side, side];
}

/** The constant kernel of the shortcut without parameters, [E, C, 1, 1]. */
function paddingKernel(inputs: number, outputs: number): [shape: readonly number[], values: Float32Array] {
  const before = Math.floor((outputs - inputs) / 2);
  const values = new Float32Array(inputs * outputs);
  for (let c = 0; c < inputs; c++) values[(before + c) * inputs + c] = 1;
  return [[outputs, inputs, 1, 1], values];
}

/** A float tensor [N, ...shape] with any N. */
function valueInfo(name: string, shape: readonly number[]): ProtoWriter {
  const dimensions = new ProtoWriter().message(1, new ProtoWriter().text(2, 'N'));
  for (const length of shape) dimensions.message(1, new ProtoWriter().int(1, length));
  const tensor = new ProtoWriter().int(1, elementTypes.float).message(2, dimensions);
  return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
}

function attribute(name: string, value: Attributes[string]): ProtoWriter {
  const types = { float: 1, int: 2, text: 3, ints: 7, type: 20 } as const;
  const proto = new ProtoWriter().text(1, name);
  if (typeof value === 'number') return proto.int(3, value).int(types.type, types.int);
  if (typeof value === 'string') return proto.text(4, value).int(types.type, types.text);
  if ('float' in value) return proto.float(2, value.float).int(types.type, types.float);
  return proto.ints(8, value).int(types.type, types.ints);
}
