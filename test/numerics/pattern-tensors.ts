/** Tensors of test numbers, and how float32 results are compared with float64 ones. */
import { tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { makePattern } from '../../src-main/engines/self-check/pattern.ts';
import type { ParameterSpec } from '../../src-main/core/network/layer.ts';

export function patternTensor(shape: readonly number[], salt: number, scale = 1): Tensor {
  return tensor(makePattern(sizeOf(shape), salt, scale), [...shape]);
}

/** One tensor per parameter, from `firstSalt` on, scaled so that activations of deep networks stay near one. */
export function patternParameters(specs: readonly ParameterSpec[], firstSalt: number): Tensor[] {
  return specs.map(({ shape }, i) => patternTensor(shape, firstSalt + i, parameterScale(shape)));
}

/** Its values, none for null: read as every engine can be read, which is not at once. */
export async function read(values: Tensor | null | undefined): Promise<Float32Array> {
  return Float32Array.from((await values?.data()) ?? []);
}

/**
 * Every value within `tolerance` times the largest expected one. Float32 keeps 7 digits; sums of n terms of mixed sign lose
 * about sqrt(n) units of the last, so 1e-5 holds for one layer and 1e-4 for a whole network.
 */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  const worst = Math.max(0, ...Array.from(expected, (value, i) => Math.abs(value - (actual[i] ?? NaN))));
  expect(worst / scale).toBeLessThan(tolerance);
}

function parameterScale(shape: readonly number[]): number {
  return shape.length === 1 ? 1 : Math.sqrt(3 / sizeOf(shape.slice(0, -1)));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
