/** Parameters as tensors: made from a seed, read back for checkpoints, made again from what was read. */
import { tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ParameterSpec } from './layer.ts';
import { initialParameterValues } from './seeded-values.ts';

/** Fresh parameters, in the order of `specs`; the caller disposes them. `seed` is unsigned 32-bit. */
export function createParameters(specs: readonly ParameterSpec[], seed: number): Tensor[] {
  return uploadParameters(specs, initialParameterValues(specs, seed));
}

/** Tensors from plain values, in the order of `specs`; the caller disposes them. Throws where a size does not fit its shape. */
export function uploadParameters(specs: readonly ParameterSpec[], values: readonly Float32Array[]): Tensor[] {
  if (specs.length !== values.length) throw new Error(`Expected ${specs.length} parameters, got ${values.length}.`);
  return specs.map((spec, i) => tensor(values[i] ?? [], [...spec.shape], 'float32'));
}
