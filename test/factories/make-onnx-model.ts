/** Tiny ONNX models, written byte by byte: Protocol Buffers messages with the field numbers of onnx.proto3. */

type Dimension = number | string;

export const elementTypes = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;
type ElementType = keyof typeof elementTypes;

export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integer attributes. */
  readonly attributes?: Readonly<Record<string, number>>;
  /** Attributes that are lists of integers. */
  readonly lists?: Readonly<Record<string, readonly number[]>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type?: ElementType;
  /** Names stand for free lengths. */
  readonly shape: readonly Dimension[];
}

export interface OnnxModelParts {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  /** Constant lists of integers, by name. */
  readonly constants?: Readonly<Record<string, readonly number[]>>;
}

/** The bytes of a model of operator set 17. */
export function makeOnnxModel({ inputs, outputs, nodes, constants = {} }: OnnxModelParts): Uint8Array {
  const graph = [
    ...nodes.map((node) => bytes(1, nodeOf(node))),
    text(2, 'test'),
    ...Object.entries(constants).map(([name, values]) => bytes(5, constantOf(name, values))),
    ...inputs.map((value) => bytes(11, valueOf(value))),
    ...outputs.map((value) => bytes(12, valueOf(value))),
  ];
  return join(number(1, 8), bytes(8, join(text(1, ''), number(2, 17))), bytes(7, join(...graph)));
}

function nodeOf({ type, inputs, outputs, attributes = {}, lists = {} }: OnnxNode): Uint8Array {
  const [integer, integers] = [2, 7];
  const fields = [
    ...Object.entries(attributes).map(([name, value]) =>
      bytes(5, join(text(1, name), number(3, value), number(20, integer))),
    ),
    ...Object.entries(lists).map(([name, values]) =>
      bytes(5, join(text(1, name), ...values.map((value) => number(8, value)), number(20, integers))),
    ),
  ];
  return join(
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, type),
    ...fields,
  );
}

function valueOf({ name, type = 'float32', shape }: OnnxValue): Uint8Array {
  const dimensions = shape.map((length) => bytes(1, typeof length === 'number' ? number(1, length) : text(2, length)));
  const tensor = join(number(1, elementTypes[type]), bytes(2, join(...dimensions)));
  return join(text(1, name), bytes(2, bytes(1, tensor)));
}

function constantOf(name: string, values: readonly number[]): Uint8Array {
  return join(
    number(1, values.length),
    number(2, elementTypes.int64),
    ...values.map((value) => number(7, value)),
    text(8, name),
  );
}

function number(field: number, value: number): Uint8Array {
  return join(varint(field << 3), varint(value));
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}

function bytes(field: number, content: Uint8Array): Uint8Array {
  return join(varint((field << 3) | 2), varint(content.length), content);
}

/** Negative numbers take ten bytes, as 64-bit integers. */
function varint(value: number): Uint8Array {
  const result: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) result.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...result, Number(rest)]);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
