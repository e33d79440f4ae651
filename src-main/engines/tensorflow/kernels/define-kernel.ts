/** Kernels of TF.js's backend `tensorflow`: typed on the inside, as TF.js wants them on the outside. */
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorflowBackend } from '../load-backend.ts';

const BACKEND = 'tensorflow';

export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: TensorflowBackend;
}

/** Registers a kernel, in place of the package's own where it has one. */
export function defineKernel<Inputs, Attributes>(
  kernelName: string,
  kernel: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): void {
  if (getKernel(kernelName, BACKEND) !== undefined) unregisterKernel(kernelName, BACKEND);
  // TF.js passes every kernel untyped maps of what the operation of that name was given; the cast stays in this function.
  registerKernel({ kernelName, backendName: BACKEND, kernelFunc: kernel as unknown as KernelFunc });
}

/** Whole numbers as attributes of an operation. */
export function integerAttributes({ binding }: TensorflowBackend, values: Readonly<Record<string, number>>) {
  return Object.entries(values).map(([name, value]) => ({ name, type: binding.TF_ATTR_INT, value }));
}
