/** What the WebAssembly backend lacks for training, or does slowly. */
import { defineBatchMatMul } from './batch-mat-mul.ts';
import { defineChannelBlend } from './channel-blend.ts';
import { defineConv2DBackpropFilter } from './conv2d-backprop-filter.ts';
import { defineConv2DBackpropInput } from './conv2d-backprop-input.ts';
import { defineExampleRows } from './example-rows.ts';
import { defineMaxPoolWithArgmax } from './max-pool-with-argmax.ts';
import type { NativeProducts } from './native-product.ts';

interface WasmKernels {
  /** Version of the onnxruntime-node that multiplies matrices; null: WebAssembly does. */
  readonly nativeProducts: string | null;
}

let installed: WasmKernels | null = null;

/** Registers the kernels of this folder, once per thread: kernels outlive the backend that they belong to. */
export function installWasmKernels(loadNativeProducts: () => NativeProducts | null): WasmKernels {
  installed ??= install(loadNativeProducts());
  return installed;
}

function install(native: NativeProducts | null): WasmKernels {
  defineBatchMatMul(native?.product ?? null);
  defineConv2DBackpropFilter();
  defineConv2DBackpropInput();
  defineMaxPoolWithArgmax();
  defineChannelBlend();
  defineExampleRows();
  return { nativeProducts: native?.version ?? null };
}
