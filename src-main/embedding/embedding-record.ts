/** The bytes of an embedding cache's header and records; what each holds is described in embedding-cache.ts. */
import { crc32 } from 'node:zlib';

/** How a number of a vector is written: whole, or in half the space with eleven bits of precision. */
export const vectorPrecisions = ['float32', 'float16'] as const;
export type VectorPrecision = (typeof vectorPrecisions)[number];

/** The first eight bytes say what the numbers are. */
const magics = { float32: 'TSEMBED1', float16: 'TSEMBED2' } as const;
const magicBytes = 8;
const numberBytes = { float32: 4, float16: 2 } as const;
const hashBytes = 32;
export const headerBytes = magicBytes + 4 + 4 + hashBytes;
export function recordBytes(dimensions: number, precision: VectorPrecision): number {
  return hashBytes + numberBytes[precision] * dimensions + 4;
}

/** Where D stands in a header. */
export function dimensionsOf(headerBuffer: Buffer): number {
  return headerBuffer.readUInt32LE(magicBytes);
}

export function header(key: Buffer, dimensions: number, precision: VectorPrecision): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write(magics[precision], 0, 'latin1');
  bytes.writeUInt32LE(dimensions, magicBytes);
  key.copy(bytes, magicBytes + 8);
  bytes.writeUInt32LE(crc32(key, dimensions), magicBytes + 4);
  return bytes;
}

export function putRecord(record: Buffer, hash: string, vector: Float32Array, precision: VectorPrecision): void {
  record.write(hash, 0, 'hex');
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const size = numberBytes[precision];
  vector.forEach((value, d) => {
    if (precision === 'float32') view.setFloat32(hashBytes + size * d, value, true);
    else view.setFloat16(hashBytes + size * d, value, true);
  });
  record.writeUInt32LE(crc32(record.subarray(0, -4)), record.length - 4);
}

/** Content hash, in hexadecimal. */
export function hashOf(record: Buffer): string {
  return record.toString('hex', 0, hashBytes);
}

export function isSound(record: Buffer): boolean {
  return crc32(record.subarray(0, -4)) === record.readUInt32LE(record.length - 4);
}

/** float32 [D] */
export function vectorOf(record: Buffer, dimensions: number, precision: VectorPrecision): Float32Array {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const size = numberBytes[precision];
  return Float32Array.from({ length: dimensions }, (_, d) =>
    precision === 'float32' ? view.getFloat32(hashBytes + size * d, true) : view.getFloat16(hashBytes + size * d, true),
  );
}
