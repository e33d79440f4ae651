/** WebAssembly in a browser's worker, with threads where the page allows them. Bundled with the page, never loaded in Node. */
import plainFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { chromiumVersion } from '../chromium-version.ts';
import { browserThreads } from './browser-threads.ts';
import type { BrowserSurroundings } from './browser-threads.ts';
import { createWasmEngine } from './wasm-engine.ts';

export const browserWasmEngine = createWasmEngine({
  get versions() {
    return chromiumVersion();
  },
  loadNativeProducts: () => null,
  files: () => ({
    'tfjs-backend-wasm.wasm': plainFile,
    'tfjs-backend-wasm-simd.wasm': simdFile,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedFile,
  }),
  threads: async () => {
    const { crossOriginIsolated, navigator } = globalThis as Partial<BrowserSurroundings>;
    const threads = await browserThreads({ crossOriginIsolated, navigator, canStartThreads });
    if (navigator !== undefined && threads.count > 1) allowThreads(navigator, threads.count);
    return threads;
  },
});

/** The package takes no more threads than half of what the browser says it has, whatever it is asked for: this worker's browser says twice as much. */
function allowThreads(navigator: object, count: number): void {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * count, configurable: true });
}

/** The parts of a browser's workers and blobs that are needed. */
interface BrowserParts {
  readonly Worker: new (address: string) => {
    onmessage: (() => void) | null;
    onerror: (() => void) | null;
    terminate(): void;
  };
  readonly Blob: new (parts: readonly string[], options: { readonly type: string }) => object;
  readonly URL: { createObjectURL(blob: object): string; revokeObjectURL(address: string): void };
}

/** Starting a worker of three words takes milliseconds. */
const patienceMs = 5_000;

/** The package starts its threads from blobs that load another blob; where a page's policy forbids that, it waits for ever. */
async function canStartThreads(): Promise<boolean> {
  const { Worker, Blob, URL } = globalThis as unknown as BrowserParts;
  const makeScript = (text: string): string => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const inner = makeScript('postMessage(0)');
  const outer = makeScript(`importScripts(${JSON.stringify(inner)})`);
  let worker: InstanceType<BrowserParts['Worker']> | null = null;
  try {
    return await new Promise<boolean>((resolve) => {
      worker = new Worker(outer);
      worker.onmessage = () => resolve(true);
      worker.onerror = () => resolve(false);
      setTimeout(() => resolve(false), patienceMs);
    });
  } catch {
    // A policy may forbid it at once.
    return false;
  } finally {
    (worker as InstanceType<BrowserParts['Worker']> | null)?.terminate();
    [inner, outer].forEach((address) => URL.revokeObjectURL(address));
  }
}
