/** WebGPU as a browser has it, in pages and Web Workers: nothing to load, all its constants are global. */
import { TouchstoneError } from '../../core/errors.ts';
import { chromiumVersion } from '../chromium-version.ts';
import type { GpuHost } from './gpu-host.ts';

/** The part of the browser's `navigator` that is needed; this folder is compiled without the DOM's types. */
interface BrowserNavigator {
  readonly gpu?: GPU;
}

export const browserHost: GpuHost = {
  get versions() {
    return chromiumVersion();
  },

  open() {
    const { gpu } = browserNavigator();
    if (gpu !== undefined) return gpu;
    throw new TouchstoneError(
      'engine-unavailable',
      "Chromium offers no WebGPU on this computer. Update the graphics card's driver.",
      { details: { engine: 'webgpu' } },
    );
  },
};

function browserNavigator(): BrowserNavigator {
  return (globalThis as { readonly navigator?: BrowserNavigator }).navigator ?? {};
}
