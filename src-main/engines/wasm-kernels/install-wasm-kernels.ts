/** What the WebAssembly backend lacks for training, or does slowly. */
import { defineBatchMatMul } from './batch-mat-mul.ts';
import { defineChannelBlend } from './channel-blend.ts';
import { defineConv2DBackpropFilter } from './conv2d-backprop-filter.ts';
import { defineConv2DBackpropInput } from './conv2d-backprop-input.ts';
import { defineExampleRows } from './example-rows.ts';
import { defineMaxPoolWithArgmax } from './max-pool-with-argmax.ts';

let areInstalled = false;

/** Registers the kernels of this folder, once per thread: kernels outlive the backend that they belong to. */
export function installWasmKernels(): void {
  if (areInstalled) return;
  areInstalled = true;
  defineBatchMatMul();
  defineConv2DBackpropFilter();
  defineConv2DBackpropInput();
  defineMaxPoolWithArgmax();
  defineChannelBlend();
  defineExampleRows();
}
