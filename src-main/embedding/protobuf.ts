/** As much of Protocol Buffers' wire format as writing ONNX models takes (https://protobuf.dev/programming-guides/encoding/). */

const [varintType, lengthDelimited] = [0, 2];

/** A field with text, bytes or a message in it. */
export function field(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return Buffer.concat([varint((number << 3) | lengthDelimited), varint(bytes.length), bytes]);
}

/** A field with a whole number >= 0. */
export function integerField(number: number, value: number): Uint8Array {
  return Buffer.concat([varint((number << 3) | varintType), varint(value)]);
}

export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}
