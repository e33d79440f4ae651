/** Kernels that the package lacks or composes slowly, registered for TF.js's backend `tensorflow` as TensorFlow operations. */
import { backend_util, getKernel, MaxPoolWithArgmax, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelFunc, MaxPoolWithArgmaxAttrs, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorflowBackend } from './load-backend.ts';

const BACKEND = 'tensorflow';

interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: TensorflowBackend;
}

let areInstalled = false;

/** Once per thread: kernels outlive the backend that they belong to. */
export function installTensorflowKernels(): void {
  if (areInstalled) return;
  areInstalled = true;
  defineMaxPoolWithArgmax();
}

/** Registers a kernel, in place of the package's own where it has one. */
function defineKernel<Inputs, Attributes>(
  kernelName: string,
  kernel: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): void {
  if (getKernel(kernelName, BACKEND) !== undefined) unregisterKernel(kernelName, BACKEND);
  // TF.js passes every kernel untyped maps of what the operation of that name was given; the cast stays in this function.
  registerKernel({ kernelName, backendName: BACKEND, kernelFunc: kernel as unknown as KernelFunc });
}

function defineMaxPoolWithArgmax(): void {
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
