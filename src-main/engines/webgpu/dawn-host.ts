/** WebGPU in Node: the package `webgpu`, which is Chromium's Dawn. It finds Vulkan, Direct3D and Metal by itself. */
import { createRequire } from 'node:module';
import type * as Dawn from 'webgpu';
import { TouchstoneError } from '../../core/errors.ts';
import type { GpuHost } from './gpu-host.ts';
import { whyNoVulkan } from './vulkan-loader.ts';

const PACKAGE = 'webgpu';
const require = createRequire(import.meta.url);

export const dawnHost: GpuHost = {
  get versions() {
    return { [PACKAGE]: readVersion() };
  },

  open() {
    if ('electron' in process.versions)
      throw unavailable("In the app's window it computes in Chromium, not in this process.");
    // Objects of one instance must not outlive it, so there is one per thread, for ever.
    const known = (globalThis as { navigator?: Navigator & { gpu?: GPU } }).navigator?.gpu;
    if (known !== undefined) return known;
    const missing = whyNoVulkan();
    if (missing !== null) throw unavailable(missing);
    const { create, globals } = loadPackage();
    Object.assign(globalThis, globals);
    const gpu = create([]);
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
    return gpu;
  },
};

function loadPackage(): typeof Dawn {
  try {
    return require(PACKAGE) as typeof Dawn;
  } catch (cause) {
    const reason = `The package ${PACKAGE} is not part of this installation, or does not fit this system.`;
    throw unavailable(`${reason} "npm install" gets it.`, cause);
  }
}

function readVersion(): string {
  const { version } = require(`${PACKAGE}/package.json`) as { readonly version: string };
  return version;
}

function unavailable(message: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError('engine-unavailable', message, { details: { engine: 'webgpu' }, cause });
}
