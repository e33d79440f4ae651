/** Max pooling and the way back through it. */
import { backend_util, MaxPoolWithArgmax } from '@tensorflow/tfjs-core';
import type { MaxPoolWithArgmaxAttrs, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { MAX_POOL_GRADIENT } from '../../../core/network/layers/max-pooling.ts';
import type { MaxPoolGradientAttributes, MaxPoolGradientInputs } from '../../../core/network/layers/max-pooling.ts';
import { defineKernel, integerAttributes } from './define-kernel.ts';

export function defineFastMaxPool(): void {
  defineKernel<{ readonly x: Tensor4D }, MaxPoolWithArgmaxAttrs>(
    MaxPoolWithArgmax,
    ({ inputs: { x }, attrs, backend }) => {
      const geometry = backend_util.computePool2DInfo(x.shape, attrs.filterSize, attrs.strides, 1, attrs.pad);
      const { filterHeight, strideHeight, padInfo, outHeight, outWidth } = geometry;
      const values = {
        ...{ size: filterHeight, stride: strideHeight, pad_top: padInfo.top, pad_left: padInfo.left },
        ...{ height: outHeight, width: outWidth },
      };
      return backend.executeMultipleOutputs('TouchstoneMaxPool', integerAttributes(backend, values), [x], 2);
    },
  );
}

export function defineMaxPoolGradient(): void {
  type Inputs = MaxPoolGradientInputs<Tensor>;
  defineKernel<Inputs, MaxPoolGradientAttributes>(MAX_POOL_GRADIENT, ({ inputs, attrs, backend }) => {
    const plane = integerAttributes(backend, attrs);
    return backend.executeSingleOutput('TouchstoneMaxPoolGradient', plane, [inputs.gradient, inputs.chosen]);
  });
}

/** The package has no kernel of this name at all. */
export function defineMaxPoolWithArgmax(): void {
  defineKernel<{ readonly x: Tensor4D }, MaxPoolWithArgmaxAttrs>(
    MaxPoolWithArgmax,
    ({ inputs: { x }, attrs, backend }) => {
      const { binding } = backend;
      const geometry = backend_util.computePool2DInfo(x.shape, attrs.filterSize, attrs.strides, 1, attrs.pad);
      const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry;
      const attributes = [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
        { name: 'Targmax', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
        { name: 'ksize', type: binding.TF_ATTR_INT, value: [1, filterHeight, filterWidth, 1] },
        { name: 'strides', type: binding.TF_ATTR_INT, value: [1, strideHeight, strideWidth, 1] },
        { name: 'padding', type: binding.TF_ATTR_STRING, value: padInfo.type },
        { name: 'include_batch_in_index', type: binding.TF_ATTR_BOOL, value: attrs.includeBatchInIndex },
      ];
      return backend.executeMultipleOutputs('MaxPoolWithArgmax', attributes, [x], 2);
    },
  );
}
