/**
 * The bytes of a checkpoint: a header in JSON, then typed arrays, under one checksum.
 *
 *     "TCKP"  CRC-32 of everything behind it   header length   header, padded to 8 bytes   arrays, each padded to 8 bytes
 *     4       4                                4 (+ 4 unused)
 *
 * Numbers are in the machine's own byte order; every machine that Touchstone runs on is little-endian.
 */
import { TouchstoneError } from '../core/errors.ts';

export type CheckpointArray = Float32Array | Float64Array | Uint32Array;

export interface CheckpointContent {
  /** Says what the checkpoint belongs to; compared before it is used. */
  readonly fingerprint: string;
  readonly arrays: Readonly<Record<string, CheckpointArray>>;
}

interface Header {
  readonly fingerprint: string;
  readonly arrays: readonly {
    readonly name: string;
    readonly kind: keyof typeof arrayKinds;
    readonly length: number;
  }[];
}

const magic = 0x504b4354;
const prefixLength = 16;
const arrayKinds = { float32: Float32Array, float64: Float64Array, uint32: Uint32Array } as const;

export function encodeCheckpoint({ fingerprint, arrays }: CheckpointContent): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(arrays);
  const header: Header = {
    fingerprint,
    arrays: entries.map(([name, array]) => ({ name, kind: kindOf(array), length: array.length })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const arraysLength = entries.reduce((total, [, array]) => total + padded(array.byteLength), 0);
  const bytes = new Uint8Array(prefixLength + padded(text.length) + arraysLength);
  bytes.set(text, prefixLength);
  let offset = prefixLength + padded(text.length);
  for (const [, array] of entries) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += padded(array.byteLength);
  }
  new Uint32Array(bytes.buffer, 0, 4).set([magic, 0, text.length, 0]);
  new Uint32Array(bytes.buffer, 4, 1)[0] = crc32(bytes.subarray(8));
  return bytes;
}

/** Throws `checkpoint-damaged` for anything that `encodeCheckpoint` did not write exactly so. */
export function decodeCheckpoint(file: Uint8Array): CheckpointContent {
  const bytes = Uint8Array.from(file);
  const prefix = bytes.length >= prefixLength ? new Uint32Array(bytes.buffer, 0, 4) : null;
  const textLength = prefix?.[2] ?? 0;
  if (prefix?.[0] !== magic || prefix[1] !== crc32(bytes.subarray(8))) throw damaged();
  const { fingerprint, arrays } = parseHeader(bytes.subarray(prefixLength, prefixLength + textLength));
  const read: Record<string, CheckpointArray> = {};
  let offset = prefixLength + padded(textLength);
  for (const { name, kind, length } of arrays) {
    const array = new arrayKinds[kind](bytes.buffer, offset, length);
    read[name] = array;
    offset += padded(array.byteLength);
  }
  return { fingerprint, arrays: read };
}

function parseHeader(text: Uint8Array): Header {
  const header: unknown = JSON.parse(new TextDecoder().decode(text));
  if (!isHeader(header)) throw damaged();
  return header;
}

/** The checksum vouches for what is inside; this tells a checkpoint of another version of the app from one of this. */
function isHeader(value: unknown): value is Header {
  return typeof value === 'object' && value !== null && 'fingerprint' in value && 'arrays' in value;
}

function damaged(): TouchstoneError {
  return new TouchstoneError(
    'checkpoint-damaged',
    'The checkpoint of this run is damaged: its checksum does not fit. Start the run again from the beginning.',
  );
}

function kindOf(array: CheckpointArray): keyof typeof arrayKinds {
  if (array instanceof Float32Array) return 'float32';
  return array instanceof Float64Array ? 'float64' : 'uint32';
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** Undefined in a browser's worker. */
const { process: node } = globalThis as { readonly process?: NodeJS.Process };

/** CRC-32 as in zlib: by Node's own where it is there, which is native code. */
export const crc32: (bytes: Uint8Array) => number = node?.getBuiltinModule('node:zlib').crc32 ?? tableCrc32;

/** The same byte by byte (reflected polynomial 0xedb88320). */
export function tableCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});
