/** Picks examples of a batch and scales them in one sweep; the backend's own gather alone takes as long as a convolution. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { EXAMPLE_ROWS } from '../../core/network/example-rows.ts';
import type { ExampleRowsInputs } from '../../core/network/example-rows.ts';
import { defineKernel, floatsOf, integersOf } from './define-kernel.ts';

export function defineExampleRows(): void {
  defineKernel<ExampleRowsInputs<TensorInfo>, object>(
    EXAMPLE_ROWS,
    ({ inputs: { values, rows, factors }, backend }) => {
      const [, ...rest] = values.shape;
      const length = rest.reduce((product, side) => product * side, 1);
      const [count = 0] = rows.shape;
      const result = backend.makeOutput([count, ...rest], 'float32');
      const target = floatsOf(backend, result);
      const source = floatsOf(backend, values);
      const scale = floatsOf(backend, factors);
      integersOf(backend, rows).forEach((row, index) => {
        const from = source.subarray(row * length, (row + 1) * length);
        scaleInto(target.subarray(index * length, (index + 1) * length), from, scale[index] ?? 0);
      });
      return result;
    },
  );
}

function scaleInto(target: Float32Array, source: Float32Array, factor: number): void {
  if (factor === 1) {
    target.set(source);
    return;
  }
  for (let i = 0; i < target.length; i++) target[i] = factor * (source[i] ?? 0);
}
