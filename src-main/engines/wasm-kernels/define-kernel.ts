/**
 * Kernels of TF.js's WebAssembly backend written in TypeScript: typed on the inside, as TF.js wants them on the outside.
 *
 * A kernel reads and writes tensors through views of the backend's memory. Growing that memory detaches every view, so a
 * kernel allocates all its outputs first and takes views afterwards.
 */
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

const WASM = 'wasm';

export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/** Registers a kernel, in place of the backend's own where it has one. */
export function defineKernel<Inputs, Attributes>(
  kernelName: string,
  kernel: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): void {
  const own: KernelConfig | undefined = getKernel(kernelName, WASM);
  if (own !== undefined) unregisterKernel(kernelName, WASM);
  // TF.js passes every kernel untyped maps of what the operation of that name was given; the casts stay in this function.
  const kernelFunc = kernel as unknown as KernelFunc;
  // The backend's own kernel may still be called by ours, so it must be set up too.
  registerKernel({ ...own, kernelName, backendName: WASM, kernelFunc });
}

/** The backend's own kernel, to be fetched before `defineKernel` replaces it. */
export function ownKernel(kernelName: string): (call: KernelCall<object, object>) => TensorInfo {
  const { kernelFunc } = getKernel(kernelName, WASM);
  return ({ inputs, attrs, backend }) => {
    const result = kernelFunc({ inputs: { ...inputs }, attrs: { ...attrs }, backend });
    if (Array.isArray(result)) throw new Error(`Kernel ${kernelName} returned a list of tensors.`);
    return result;
  };
}

/** View of a float32 tensor's values; valid until the next allocation. */
export function floatsOf(backend: BackendWasm, info: TensorInfo): Float32Array {
  const values = backend.typedArrayFromHeap(info);
  if (values instanceof Float32Array) return values;
  throw new Error(`Expected a float32 tensor, got ${info.dtype}.`);
}

/** View of an int32 tensor's values; valid until the next allocation. */
export function integersOf(backend: BackendWasm, info: TensorInfo): Int32Array {
  const values = backend.typedArrayFromHeap(info);
  if (values instanceof Int32Array) return values;
  throw new Error(`Expected an int32 tensor, got ${info.dtype}.`);
}

/** Sizes of a tensor [B, H, W, C] (or of a filter [R, S, C, E]). */
export function fourSizes(info: TensorInfo): [number, number, number, number] {
  const [a, b, c, d] = info.shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new Error(`Expected four dimensions, got [${info.shape.join(', ')}].`);
  return [a, b, c, d];
}
