/** Sums, means and joins that TensorFlow takes several operations for. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { EXAMPLE_PRODUCTS } from '../../../core/network/example-products.ts';
import type { ExampleProductsInputs } from '../../../core/network/example-products.ts';
import { PACK } from '../../../core/network/pack.ts';
import { CHANNEL_SUMS, SPATIAL_MEAN, SPATIAL_MEAN_GRADIENT } from '../../../core/network/sums.ts';
import type { PlaneSize } from '../../../core/network/sums.ts';
import { defineKernel, integerAttributes } from './define-kernel.ts';

export function defineSums(): void {
  defineKernel<{ readonly x: Tensor }, object>(CHANNEL_SUMS, ({ inputs: { x }, backend }) =>
    backend.executeSingleOutput('TouchstoneChannelSums', [], [x]),
  );
  defineKernel<{ readonly x: Tensor }, object>(SPATIAL_MEAN, ({ inputs: { x }, backend }) =>
    backend.executeSingleOutput('TouchstoneSpatialMean', [], [x]),
  );
  defineKernel<{ readonly x: Tensor }, PlaneSize>(SPATIAL_MEAN_GRADIENT, ({ inputs: { x }, attrs, backend }) =>
    backend.executeSingleOutput('TouchstoneSpatialMeanGradient', integerAttributes(backend, { ...attrs }), [x]),
  );
  defineKernel<ExampleProductsInputs<Tensor>, object>(EXAMPLE_PRODUCTS, ({ inputs: { x, t }, backend }) =>
    backend.executeSingleOutput('TouchstoneExampleProducts', [], [x, t]),
  );
  defineKernel<Readonly<Record<string, Tensor>>, object>(PACK, ({ inputs, backend }) => {
    const parts = Object.values(inputs);
    return backend.executeSingleOutput('TouchstonePack', integerAttributes(backend, { count: parts.length }), parts);
  });
}
