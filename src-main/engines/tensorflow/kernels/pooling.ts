/** Max pooling and the way back through it. */
import { backend_util, getKernel, MaxPoolWithArgmax, ScatterNd } from '@tensorflow/tfjs-core';
import type { MaxPoolWithArgmaxAttrs, ScatterNdAttrs, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { BACKEND, defineKernel, integerAttributes } from './define-kernel.ts';

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

/** Single values into a vector, which is all that pooling needs; anything else takes the package's own kernel. */
export function defineFastScatter(): void {
  const { kernelFunc: own } = getKernel(ScatterNd, BACKEND);
  type Inputs = { readonly indices: Tensor; readonly updates: Tensor };
  defineKernel<Inputs, ScatterNdAttrs>(ScatterNd, ({ inputs, attrs, backend }) => {
    const { indices, updates } = inputs;
    const [size] = attrs.shape;
    const isVector = attrs.shape.length === 1 && updates.shape.length === 1 && updates.dtype === 'float32';
    if (!isVector || size === undefined) return own({ inputs, attrs: { ...attrs }, backend });
    return backend.executeSingleOutput('TouchstoneScatter', integerAttributes(backend, { size }), [indices, updates]);
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
