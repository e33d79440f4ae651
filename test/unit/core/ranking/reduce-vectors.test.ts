import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import { reduceAlike, reducedDropout, reduceVectors } from '../../../../src-main/core/ranking/reduce-vectors.ts';
import { standardiseColumns } from '../../../../src-main/core/ranking/standardise.ts';
import { wasmEngine } from '../../../../src-main/engines/wasm/node-wasm-engine.ts';
import type { ReadyEngine } from '../../../../src-main/engines/engine.ts';

let engine: ReadyEngine;

beforeAll(async () => {
  engine = await wasmEngine.start();
});
afterAll(() => engine.dispose());

/** Vectors [count, dimensions] that lie in `rank` dimensions but for noise, each column shifted and stretched in its own way. */
function makeVectors(count: number, dimensions: number, rank: number, noise: number): Float32Array {
  const random = createRandom(4);
  const mixture = Float64Array.from({ length: rank * dimensions }, () => random.normal());
  const vectors = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const factors = Float64Array.from({ length: rank }, () => random.normal());
    for (let d = 0; d < dimensions; d++) {
      let value = noise * random.normal();
      for (let r = 0; r < rank; r++) value += factors[r]! * mixture[r * dimensions + d]!;
      vectors[row * dimensions + d] = 3 + d + (1 + (d % 7)) * value;
    }
  }
  return vectors;
}

function product(values: Float32Array, dimensions: number, a: number, b: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) sum += values[a * dimensions + d]! * values[b * dimensions + d]!;
  return sum;
}

describe('reduceVectors', () => {
  const dimensions = 400;

  it('keeps the inner products of standardised vectors that lie in fewer dimensions, and leaves no tensor', async () => {
    const vectors = makeVectors(300, dimensions, 12, 0);
    const tensors = memory().numTensors;
    const reduced = await reduceVectors({ vectors, dimensions, classCount: 3 });
    expect(memory().numTensors).toBe(tensors);
    expect(reduced.dimensions).toBe(256);
    expect(reduced.variance).toBeCloseTo(dimensions, 1);
    const standardised = standardiseColumns(vectors, dimensions);
    for (const [a, b] of [
      [0, 0],
      [1, 2],
      [250, 3],
    ] as const) {
      const expected = product(standardised, dimensions, a, b);
      expect(Math.abs(product(reduced.vectors, 256, a, b) - expected)).toBeLessThan(1e-3 * dimensions);
    }
  });

  it('has a basis whose columns are orthonormal, and coordinates of like variance', async () => {
    const vectors = makeVectors(600, dimensions, 12, 0.5);
    const { basis, vectors: coordinates, variance } = await reduceVectors({ vectors, dimensions, classCount: 3 });
    const columns = Array.from({ length: 256 }, (_, column) =>
      Float32Array.from({ length: dimensions }, (_unused, d) => basis![d * 256 + column]!),
    );
    const flat = Float32Array.from(columns.flatMap((column) => [...column]));
    expect(product(flat, dimensions, 0, 0)).toBeCloseTo(1, 3);
    expect(product(flat, dimensions, 200, 200)).toBeCloseTo(1, 3);
    expect(product(flat, dimensions, 7, 130)).toBeCloseTo(0, 3);
    const spread = Array.from({ length: 256 }, (_, column) => {
      let sum = 0;
      for (let row = 0; row < 600; row++) sum += coordinates[row * 256 + column]! ** 2 / 600;
      return sum;
    });
    // Principal components as they come would have nine tenths of the variance in the first twelve.
    expect(Math.max(...spread)).toBeLessThan((10 * variance) / 256);
  });

  it('leaves what has few dimensions as it is, standardised', async () => {
    const vectors = makeVectors(50, 20, 5, 1);
    const reduced = await reduceVectors({ vectors, dimensions: 20, classCount: 3 });
    expect(reduced.basis).toBeNull();
    const expected = standardiseColumns(vectors, 20);
    expect(reduced.vectors.every((value, at) => Math.abs(value - expected[at]!) < 1e-5)).toBe(true);
    expect(await reduceAlike(vectors.subarray(0, 40), reduced)).toEqual(reduced.vectors.slice(0, 40));
  });

  it('stands more samples than it finds the subspace from, and fewer than it keeps dimensions', async () => {
    for (const count of [2700, 40]) {
      const vectors = makeVectors(count, dimensions, 12, 0.1);
      const reduced = await reduceVectors({ vectors, dimensions, classCount: 3 });
      expect(reduced.vectors.every(Number.isFinite)).toBe(true);
      expect(reduced.variance / dimensions).toBeGreaterThan(0.99);
      const alike = await reduceAlike(vectors.subarray(5 * dimensions, 6 * dimensions), reduced);
      const own = reduced.vectors.subarray(5 * 256, 6 * 256);
      expect(alike.every((value, d) => Math.abs(value - own[d]!) < 1e-4)).toBe(true);
    }
  });

  it('stops when it is cancelled', async () => {
    const vectors = makeVectors(40, dimensions, 12, 0.1);
    const controller = new AbortController();
    controller.abort();
    await expect(
      reduceVectors({ vectors, dimensions, classCount: 3, signal: controller.signal }),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('reducedDropout', () => {
  const reduced = { dimensions: 256, basis: new Float32Array(), variance: 1024 };

  it('halves the odds where a coordinate carries the variance of four dimensions', () => {
    expect(reducedDropout(0.5, reduced)).toBeCloseTo(1 / 3, 12);
    expect(reducedDropout(0, reduced)).toBe(0);
  });

  it('changes nothing where the vectors are as they were', () => {
    expect(reducedDropout(0.5, { ...reduced, basis: null })).toBe(0.5);
  });
});
