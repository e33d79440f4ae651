/** The graphics device that WebGPU computes on: found, described, and watched while it is in use. */
import { TouchstoneError } from '../../core/errors.ts';

export interface OpenDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** For people: "nvidia ampere (NVIDIA GeForce RTX 3060)". */
  readonly name: string;
  /** A processor that plays graphics card. */
  readonly isSoftware: boolean;
  /** Null while all is well. */
  fault(): TouchstoneError | null;
  /** Frees it; what happens to the device afterwards is no fault. */
  close(): void;
}

/** TF.js wants of these whatever the card offers; the defaults would refuse batches that fit. */
const wantedLimits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

const softwareNames = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

/** Rejects with `engine-unavailable` where there is no card, or none that does what is needed. */
export async function openDevice(gpu: GPU): Promise<OpenDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw unavailable(
      "No graphics card that WebGPU can use was found. Install the card's driver (on Linux also its Vulkan part and libvulkan1).",
    );
  }
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ requiredLimits });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw unavailable(`The graphics driver refused a device (${reason}). Update the driver.`, cause);
  }
  const { info } = adapter;
  return { device, info, ...describe(info), ...watch(device) };
}

function describe(info: GPUAdapterInfo): { readonly name: string; readonly isSoftware: boolean } {
  const { vendor, architecture, device, description } = info;
  const short = [vendor, architecture].filter(Boolean).join(' ');
  const long = description || device;
  const isFallback = 'isFallbackAdapter' in info && info.isFallbackAdapter === true;
  return {
    name: [short, long && `(${long})`].filter(Boolean).join(' ') || 'graphics card',
    isSoftware: isFallback || softwareNames.test(`${short} ${device} ${description}`),
  };
}

/** WebGPU reports what went wrong beside the calls that caused it: without this, training would go on with garbage. */
function watch(device: GPUDevice): Pick<OpenDevice, 'fault' | 'close'> {
  let fault: TouchstoneError | null = null;
  let isClosed = false;
  void device.lost.then(({ message, reason }) => {
    if (!isClosed) fault ??= lost(message || reason || 'no reason given');
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    const isMemory = error.constructor.name === 'GPUOutOfMemoryError';
    fault ??= isMemory ? outOfMemory(error.message) : lost(error.message);
  });
  return {
    fault: () => fault,
    close: () => {
      isClosed = true;
      device.destroy();
    },
  };
}

function lost(reason: string): TouchstoneError {
  const what = `The graphics device stopped working (${reason.trim().split('\n')[0]}).`;
  const remedy = 'Resume the run: it goes on from the last epoch. With the engine "wasm" it needs no graphics card.';
  return new TouchstoneError('engine-lost', `${what} ${remedy}`, { details: { engine: 'webgpu' } });
}

function outOfMemory(reason: string): TouchstoneError {
  return new TouchstoneError('out-of-memory', `The memory of the graphics card is full (${reason}).`, {
    details: { engine: 'webgpu' },
  });
}

function unavailable(message: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError('engine-unavailable', message, { details: { engine: 'webgpu' }, cause });
}
