/**
 * The file that a trained network's parameters are kept in, by name: the "safetensors" format, which other programs read too. An unsigned 64-bit
 * length, that much JSON (`{ name: { dtype, shape, data_offsets } }`), then the numbers, little-endian.
 */
import { TouchstoneError } from '../errors.ts';

export interface NamedParameter {
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: Float32Array;
}

export type NamedParameters = Readonly<Record<string, NamedParameter>>;

const lengthBytes = 8;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

export function encodeNetworkFile(parameters: NamedParameters): Uint8Array {
  const header: Record<string, Entry> = {};
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(parameters)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Blanks behind the JSON, so that the numbers begin at a multiple of eight.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(lengthBytes + headerLength + end).fill(0x20, 0, lengthBytes + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(json, lengthBytes);
  for (const [name, { values }] of Object.entries(parameters)) {
    const begin = lengthBytes + headerLength + (header[name]?.data_offsets[0] ?? 0);
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), begin);
  }
  return file;
}

/** Throws `checkpoint-damaged` for anything that is no such file. */
export function decodeNetworkFile(file: Uint8Array): NamedParameters {
  try {
    const bytes = Uint8Array.from(file);
    const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const start = lengthBytes + headerLength;
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(lengthBytes, start))) as Record<string, Entry>;
    return Object.fromEntries(
      Object.entries(header).map(
        ([
          name,
          {
            shape,
            data_offsets: [begin, end],
          },
        ]) => {
          const values = new Float32Array(bytes.buffer, start + begin, (end - begin) / 4);
          if (values.length !== shape.reduce((product, length) => product * length, 1)) throw new Error(name);
          return [name, { shape, values }];
        },
      ),
    );
  } catch (error) {
    throw new TouchstoneError('checkpoint-damaged', 'The file of the trained network is damaged. Train again.', {
      cause: error,
    });
  }
}
