/** TF.js's WebGPU backend: the graphics cards of all makers, on any of the hosts that have WebGPU. */
import { backend, env, version_core } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Engine } from '../engine.ts';
import { backendMemory, releaseBackend, useBackend } from '../tfjs-backend.ts';
import type { GpuHost } from './gpu-host.ts';
import { openDevice } from './open-device.ts';
import type { OpenDevice } from './open-device.ts';

const PACKAGE = '@tensorflow/tfjs-backend-webgpu';
/** The package exports no version of its own; its versions are TF.js's. */
const VERSION = version_core;

export function createWebgpuEngine(host: GpuHost): Engine {
  return {
    name: 'webgpu',
    isNative: true,
    isSlowToRefuse: true,

    async start() {
      const opened = await openDevice(host.open());
      // Small tensors would be computed in JavaScript: the self-check would check that, and not the card.
      env().set('WEBGPU_CPU_FORWARD', false);
      await useBackend('webgpu', () => createBackend(opened));
      return {
        name: 'webgpu',
        device: opened.isSoftware ? `${opened.name}, in software` : opened.name,
        versions: { '@tensorflow/tfjs-core': version_core, [PACKAGE]: VERSION, ...host.versions },
        ...(opened.isSoftware ? { reservation: softwareReservation } : {}),
        fault: () => opened.fault(),
        memory: () => backendMemory(allocatedBytes()),
        dispose: () => {
          releaseBackend('webgpu');
          opened.close();
        },
      };
    },
  };
}

const softwareReservation =
  "Its only device is the processor playing graphics card, which is slower than WebAssembly. Install the graphics card's driver.";

/** Buffers that are free again are kept for the next step. */
function allocatedBytes(): number {
  const current = backend();
  return current instanceof WebGPUBackend ? current.memory().numBytesAllocatedInGPU : 0;
}

/** TF.js knows backends through its own copy of the type. */
function createBackend({ device, info }: OpenDevice): KernelBackend {
  return new WebGPUBackend(device, info);
}
