/** TF.js's plain JavaScript backend: slow, there to check the other engines against. */
import { version_core } from '@tensorflow/tfjs-core';
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import type { Engine } from './engine.ts';
import { backendMemory, releaseBackend, useBackend } from './tfjs-backend.ts';

export const cpuEngine: Engine = {
  name: 'cpu',
  isNative: false,

  async start() {
    await useBackend('cpu');
    return {
      name: 'cpu',
      device: 'plain JavaScript, 1 thread (slow: for comparison only)',
      versions: { '@tensorflow/tfjs-core': version_core, '@tensorflow/tfjs-backend-cpu': version_cpu },
      memory: () => backendMemory(),
      dispose: () => {
        releaseBackend('cpu');
      },
    };
  },
};
