/** WebAssembly in Node, on one thread: the package has no threads there, and forcing them crashes. */
import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { TouchstoneError } from '../../core/errors.ts';
import { loadNativeProducts } from '../wasm-kernels/native-product.ts';
import { createWasmEngine } from './wasm-engine.ts';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

export const wasmEngine = createWasmEngine({
  versions: {},
  loadNativeProducts,
  files: () => wasmBinariesFolder() + sep,
  threads: () => Promise.resolve({ count: 1, whyNoMore: null }),
});

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
