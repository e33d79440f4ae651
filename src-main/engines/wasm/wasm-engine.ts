/** TF.js's WebAssembly backend with the kernels that training needs: the engine that works everywhere. */
import { backend, env, version_core } from '@tensorflow/tfjs-core';
import {
  BackendWasm,
  getThreadsCount,
  setThreadsCount,
  setWasmPaths,
  version_wasm,
} from '@tensorflow/tfjs-backend-wasm';
import type { Engine } from '../engine.ts';
import { backendMemory, releaseBackend, useBackend } from '../tfjs-backend.ts';
import { installWasmKernels } from '../wasm-kernels/install-wasm-kernels.ts';
import type { WasmHost } from './wasm-host.ts';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

export function createWasmEngine(host: WasmHost): Engine {
  return {
    name: 'wasm',
    isNative: false,

    async start() {
      const files = host.files();
      setWasmPaths(typeof files === 'string' ? files : { ...files });
      const { count, whyNoMore } = await host.threads();
      // The package's threaded file waits for ever where it is not given its threads.
      if (count === 1) env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
      else setThreadsCount(count);
      const { nativeProducts } = installWasmKernels(() => host.loadNativeProducts());
      await useBackend('wasm');
      const threads = describeThreads(getThreadsCount(), whyNoMore);
      const hasSimd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
      return {
        name: 'wasm',
        device: `WebAssembly ${hasSimd ? 'with' : 'without'} SIMD, ${threads}`,
        versions: {
          '@tensorflow/tfjs-core': version_core,
          [PACKAGE]: version_wasm,
          ...host.versions,
          ...(nativeProducts === null ? {} : { 'onnxruntime-node': nativeProducts }),
        },
        memory: () => backendMemory(heapBytes()),
        dispose: () => {
          releaseBackend('wasm');
        },
      };
    },
  };
}

function describeThreads(count: number, whyNoMore: string | null): string {
  if (count !== 1) return `${count} threads`;
  return whyNoMore === null ? '1 thread' : `1 thread: ${whyNoMore}`;
}

/** WebAssembly's memory, which grows and never shrinks. */
function heapBytes(): number {
  const current = backend();
  if (!(current instanceof BackendWasm)) return 0;
  // What every module of Emscripten has; its types are not part of the package.
  return (current.wasm as unknown as { readonly HEAPU8: Uint8Array }).HEAPU8.byteLength;
}
