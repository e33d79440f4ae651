/** Writes small ONNX models by hand: one operator, its input and output, and weights that may claim to lie in another file. */

export interface ModelOptions {
  /** -1: any. */
  readonly inputShape: readonly number[];
  /** As in TensorProto.DataType: 1 is float32. */
  readonly inputType: number;
  readonly operator: string;
  /** Where the weights are said to lie; null: in the model. */
  readonly externalData: string | null;
}

/** Field numbers are those of onnx.proto3. */
export function makeModel({ inputShape, inputType, operator, externalData }: ModelOptions): Buffer {
  const opset = message(8, [text(1, ''), number(2, 13)]);
  const graph = message(7, [
    message(1, [text(1, 'input'), text(1, 'weights'), text(2, 'sum'), text(4, 'Add')]),
    message(1, [text(1, 'sum'), text(2, 'pooled'), text(4, operator)]),
    message(1, [text(1, 'pooled'), text(2, 'output'), text(4, 'Flatten')]),
    text(2, 'graph'),
    message(5, [number(1, 1), number(2, 1), text(8, 'weights'), ...weights(externalData)]),
    value(11, 'input', inputType, inputShape),
    value(12, 'output', 1, [-1, -1]),
  ]);
  return Buffer.concat([number(1, 8), opset, graph]);
}

function weights(externalData: string | null): readonly Buffer[] {
  if (externalData === null) return [bytes(9, Buffer.alloc(4))];
  const entry = (key: string, content: string): Buffer => message(13, [text(1, key), text(2, content)]);
  return [entry('location', externalData), entry('offset', '0'), entry('length', '4'), number(14, 1)];
}

function value(field: number, name: string, type: number, shape: readonly number[]): Buffer {
  const dimensions = shape.map((size) => message(1, [size < 0 ? text(2, 'any') : number(1, size)]));
  return message(field, [text(1, name), message(2, [message(1, [number(1, type), message(2, dimensions)])])]);
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts));
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

function number(field: number, content: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(content)]);
}

function varint(content: number): Buffer {
  const result: number[] = [];
  let rest = content;
  do {
    result.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(result);
}
