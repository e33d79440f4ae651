/** The port between the WebAssembly engine and where it runs. */
import type { NativeProducts } from '../wasm-kernels/native-product.ts';

/** Where WebAssembly runs: what differs between Node's threads and a browser's. */
export interface WasmHost {
  /** Package name to version, beside TF.js's own and that of the native products. */
  readonly versions: Readonly<Record<string, string>>;
  /** Multiplies matrices in place of the backend; null where nothing does. */
  loadNativeProducts(): NativeProducts | null;
  /** The package's .wasm files: the folder that they lie in, with its last slash, or the address of each. Throws `engine-unavailable`. */
  files(): string | Readonly<Record<string, string>>;
  /** How many threads may compute at once; where that is one, why no more, or null where it is not worth a word. */
  threads(): Promise<WasmThreads>;
}

export interface WasmThreads {
  readonly count: number;
  readonly whyNoMore: string | null;
}
