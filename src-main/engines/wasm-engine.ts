/** TF.js's WebAssembly backend with the kernels that training needs: the engine that works everywhere. */
import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { backend, env, version_core } from '@tensorflow/tfjs-core';
import { BackendWasm, getThreadsCount, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { TouchstoneError } from '../core/errors.ts';
import type { Engine } from './engine.ts';
import { backendMemory, releaseBackend, useBackend } from './tfjs-backend.ts';
import { installWasmKernels } from './wasm-kernels/install-wasm-kernels.ts';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

export const wasmEngine: Engine = {
  name: 'wasm',
  isNative: false,

  async start() {
    setWasmPaths(wasmBinariesFolder() + sep);
    const { nativeProducts } = installWasmKernels();
    await useBackend('wasm');
    const threads = getThreadsCount();
    const hasSimd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
    return {
      name: 'wasm',
      device: `WebAssembly ${hasSimd ? 'with' : 'without'} SIMD, ${threads} thread${threads === 1 ? '' : 's'}`,
      versions: {
        '@tensorflow/tfjs-core': version_core,
        [PACKAGE]: version_wasm,
        ...(nativeProducts === null ? {} : { 'onnxruntime-node': nativeProducts }),
      },
      memory: () => backendMemory(heapBytes()),
      dispose: () => {
        releaseBackend('wasm');
      },
    };
  },
};

/** WebAssembly's memory, which grows and never shrinks. */
function heapBytes(): number {
  const current = backend();
  if (!(current instanceof BackendWasm)) return 0;
  // What every module of Emscripten has; its types are not part of the package.
  return (current.wasm as unknown as { readonly HEAPU8: Uint8Array }).HEAPU8.byteLength;
}

/**
 * Folder of the package's .wasm files. Found through the package's own package.json, so that it is right from sources, in a
 * bundle beside node_modules, and inside Electron's archive alike.
 */
function wasmBinariesFolder(): string {
  try {
    const packageFile = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const folder = join(dirname(packageFile), 'dist');
    accessSync(join(folder, 'tfjs-backend-wasm-simd.wasm'));
    return folder;
  } catch (cause) {
    throw new TouchstoneError(
      'engine-unavailable',
      `The WebAssembly engine's files (package ${PACKAGE}) are missing from this installation. Install the app again.`,
      { details: { engine: 'wasm' }, cause },
    );
  }
}
