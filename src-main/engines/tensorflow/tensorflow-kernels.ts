/** Kernels that the package lacks or composes slowly, registered for TF.js's backend `tensorflow` as TensorFlow operations. */
import {
  backend_util,
  getKernel,
  MaxPoolWithArgmax,
  registerKernel,
  ScatterNd,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type {
  KernelFunc,
  MaxPoolWithArgmaxAttrs,
  ScatterNdAttrs,
  Tensor,
  Tensor4D,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import { CHANNEL_BLEND } from '../../core/network/channel-blend.ts';
import type { ChannelBlendInputs } from '../../core/network/channel-blend.ts';
import { PLANE_MEANS } from '../../core/network/plane-means.ts';
import type { PlaneMeansInputs } from '../../core/network/plane-means.ts';
import { RELU_GATE } from '../../core/network/relu-gate.ts';
import type { ReluGateInputs } from '../../core/network/relu-gate.ts';
import type { TensorflowBackend } from './load-backend.ts';

const BACKEND = 'tensorflow';

interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: TensorflowBackend;
}

let areInstalled = false;

/**
 * Once per thread: kernels outlive the backend that they belong to. `hasOperations`: the binding brings the operations of
 * native/operations.cc, and they compute where the tensors are, on the processor.
 */
export function installTensorflowKernels(hasOperations: boolean): void {
  if (areInstalled) return;
  areInstalled = true;
  defineReluGate();
  if (!hasOperations) {
    defineMaxPoolWithArgmax();
    return;
  }
  defineFastMaxPool();
  defineFastScatter();
  defineChannelBlend();
  definePlaneMeans();
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

/** TensorFlow's own gradient of the unit is the gate. */
function defineReluGate(): void {
  defineKernel<ReluGateInputs<Tensor>, object>(RELU_GATE, ({ inputs: { derivative, output }, backend }) => {
    const type = [{ name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT }];
    return backend.executeSingleOutput('ReluGrad', type, [derivative, output]);
  });
}

function defineChannelBlend(): void {
  defineKernel<ChannelBlendInputs<Tensor>, object>(CHANNEL_BLEND, ({ inputs: { x, a, b, y, c }, backend }) =>
    y === undefined || c === undefined
      ? backend.executeSingleOutput('TouchstoneBlend', [], [x, a, b])
      : backend.executeSingleOutput('TouchstoneBlendTwo', [], [x, a, b, y, c]),
  );
}

function definePlaneMeans(): void {
  defineKernel<PlaneMeansInputs<Tensor>, object>(PLANE_MEANS, ({ inputs: { x, t }, backend }) =>
    backend.executeMultipleOutputs('TouchstonePlaneMeans', [], [x, t], 2),
  );
}

function defineFastMaxPool(): void {
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
function defineFastScatter(): void {
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

function integerAttributes({ binding }: TensorflowBackend, values: Readonly<Record<string, number>>) {
  return Object.entries(values).map(([name, value]) => ({ name, type: binding.TF_ATTR_INT, value }));
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
