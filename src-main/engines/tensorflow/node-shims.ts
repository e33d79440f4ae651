import { createRequire } from 'node:module';

/**
 * Gives `util` back what Node took out of it (or will) and @tensorflow/tfjs-node-gpu 4.22 still calls. Only its loader needs this; it
 * changes the module object that CommonJS packages see, so it must run before one of its kernels does.
 */
export function restoreUtilFunctions(): void {
  const util: unknown = createRequire(import.meta.url)('node:util');
  if (typeof util !== 'object' || util === null) return;
  const removed = {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  };
  for (const [name, value] of Object.entries(removed)) {
    // Where they are still there they print a warning at the first call.
    Object.defineProperty(util, name, { value, configurable: true });
  }
}
