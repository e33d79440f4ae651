/** Sums, means and joins that TensorFlow takes several operations for. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { EXAMPLE_PRODUCTS } from '../../../core/network/example-products.ts';
import type { ExampleProductsAttributes } from '../../../core/network/example-products.ts';
import { PACK } from '../../../core/network/pack.ts';
import { CHANNEL_SUMS, SPATIAL_MEAN, SPATIAL_MEAN_GRADIENT } from '../../../core/network/sums.ts';
import type { PlaneSize } from '../../../core/network/sums.ts';
import { defineKernel, integerAttributes } from './define-kernel.ts';

type Tensors = Readonly<Record<string, Tensor>>;

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
  defineKernel<Tensors, ExampleProductsAttributes>(EXAMPLE_PRODUCTS, ({ inputs, attrs, backend }) => {
    const count = integerAttributes(backend, { count: attrs.pairCount });
    return backend.executeSingleOutput('TouchstoneExampleProducts', count, Object.values(inputs));
  });
  defineKernel<Tensors, object>(PACK, ({ inputs, backend }) => {
    const parts = Object.values(inputs);
    return backend.executeSingleOutput('TouchstonePack', integerAttributes(backend, { count: parts.length }), parts);
  });
}
