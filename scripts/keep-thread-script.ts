/**
 * For Vite. TF.js starts WebAssembly's threads from the text of one of its functions, and a minified function refers to names that its text
 * does not hold: the threads die, and TF.js waits for them for ever. With this the text is that of the package's own file.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const functionText = /`var WasmBackendModuleThreadedSimd = ` \+\s*wasmFactoryThreadedSimd\.toString\(\)/;

export function keepThreadScript() {
  return {
    name: 'keep-thread-script',
    transform(code: string, id: string): string | null {
      if (!id.endsWith('tfjs-backend-wasm/dist/backend_wasm.js')) return null;
      if (!functionText.test(code)) throw new Error(`${id} starts its threads in another way than it used to.`);
      const file = path.resolve(path.dirname(id), '../wasm-out/tfjs-backend-wasm-threaded-simd.js');
      const script = JSON.stringify(readFileSync(file, 'utf8'));
      return code.replace(functionText, () => script);
    },
  };
}
