/** TensorFlow out of an installed engine pack: the speed of a native framework, on NVIDIA's GPUs or the processor. */
import { availableParallelism, cpus } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';
import { TouchstoneError } from '../../core/errors.ts';
import type { Engine } from '../engine.ts';
import { backendMemory, releaseBackend, useBackend } from '../tfjs-backend.ts';
import { bestPack, installedPacks } from './installed-packs.ts';
import { loadTensorflow } from './load-backend.ts';
import { OPERATIONS_EDITION } from './pack-manifest.ts';
import { installTensorflowKernels } from './tensorflow-kernels.ts';

/** `enginesFolder` holds the engine packs; null where the host keeps none. */
export function createTensorflowEngine(enginesFolder: string | null): Engine {
  return {
    name: 'tensorflow',
    isNative: true,

    async start() {
      const pack = enginesFolder === null ? null : bestPack(installedPacks(enginesFolder));
      if (pack === null) throw notInstalled();
      const { manifest, createBackend } = loadTensorflow(pack.folder);
      const backend = createBackend();
      const hasOperations = manifest.hasOperations && manifest.operationsEdition === OPERATIONS_EDITION;
      installTensorflowKernels(hasOperations && !backend.isUsingGpuDevice);
      await useBackend('tensorflow', () => backend);
      return {
        name: 'tensorflow',
        device: backend.isUsingGpuDevice ? 'NVIDIA GPU (CUDA)' : processorName(),
        versions: { '@tensorflow/tfjs-core': version_core, tensorflow: manifest.version, ...manifest.versions },
        memory: () => backendMemory(process.memoryUsage.rss()),
        dispose: () => {
          releaseBackend('tensorflow');
        },
      };
    },
  };
}

function notInstalled(): TouchstoneError {
  return new TouchstoneError(
    'engine-unavailable',
    'No TensorFlow engine pack is installed. "touchstone engines install tensorflow" gets one.',
    { details: { engine: 'tensorflow' } },
  );
}

function processorName(): string {
  const threads = availableParallelism();
  return `${cpus()[0]?.model.trim() ?? 'processor'}, ${threads} thread${threads === 1 ? '' : 's'}`;
}
