import fc from 'fast-check';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32, decodeCheckpoint, encodeCheckpoint, tableCrc32 } from '../../../src-main/training/checkpoint-file.ts';

const content = {
  fingerprint: 'run of "müsli", 7 classes',
  arrays: {
    'parameter/kernel': Float32Array.from([1.5, -0, Number.NaN, 1e-40]),
    sums: Float64Array.from([Math.PI, Number.NEGATIVE_INFINITY]),
    odd: Uint32Array.from([1, 2 ** 32 - 1, 3]),
    empty: new Float32Array(0),
  },
};

describe('a checkpoint', () => {
  it('comes back bit for bit, whatever memory it is handed over in', () => {
    const bytes = encodeCheckpoint(content);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const file of [bytes, shifted.subarray(3)]) {
      const read = decodeCheckpoint(file);
      expect(read.fingerprint).toBe(content.fingerprint);
      expect(Object.keys(read.arrays)).toEqual(Object.keys(content.arrays));
      for (const [name, array] of Object.entries(content.arrays)) {
        expect(read.arrays[name]?.constructor).toBe(array.constructor);
        expect(Buffer.from(read.arrays[name]!.slice().buffer)).toEqual(Buffer.from(array.buffer));
      }
    }
  });

  it('is refused as soon as one bit of it differs', () => {
    const bytes = encodeCheckpoint(content);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 7 }), (place, bit) => {
        const damaged = bytes.with(place, bytes[place]! ^ (1 << bit));
        expect(() => decodeCheckpoint(damaged)).toThrow(expect.objectContaining({ code: 'checkpoint-damaged' }));
      }),
    );
  });

  it('is refused when cut off, empty or something else', () => {
    const bytes = encodeCheckpoint(content);
    const others = [bytes.subarray(0, bytes.length - 8), bytes.subarray(0, 10), new Uint8Array(0), new Uint8Array(64)];
    for (const file of others) {
      expect(() => decodeCheckpoint(file)).toThrow(expect.objectContaining({ code: 'checkpoint-damaged' }));
    }
  });
});

describe('crc32', () => {
  it.each([crc32, tableCrc32])('is the checksum of zlib', (checksum) => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(checksum(bytes)).toBe(zlibCrc32(bytes));
      }),
    );
  });
});
