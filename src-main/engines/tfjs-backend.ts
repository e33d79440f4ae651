/** What all engines share: taking a TF.js backend into use, reporting on it, letting it go. */
import { env, findBackendFactory, memory, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { TouchstoneError } from '../core/errors.ts';
import type { EngineMemory, EngineName } from './engine.ts';

type BackendFactory = () => KernelBackend | Promise<KernelBackend>;

/** Factories by backend name; TF.js forgets a factory together with the backend that is removed. */
const factories = new Map<EngineName, BackendFactory>();

/**
 * Makes the backend current. Rejects with `engine-unavailable` where it does not come up. `factory` is needed where its
 * package does not register one.
 */
export async function useBackend(name: EngineName, newFactory?: BackendFactory): Promise<void> {
  // Without this TF.js advertises its native package on the console, and checks every value for NaN in some operations.
  env().set('PROD', true);
  // A package that registers itself where it finds a browser does so with a factory of its own.
  if (newFactory !== undefined && !factories.has(name) && findBackendFactory(name) !== null) removeBackend(name);
  const factory = newFactory ?? factories.get(name) ?? findBackendFactory(name);
  factories.set(name, factory);
  registerBackend(name, factory);
  if (await setBackend(name)) return;
  throw new TouchstoneError(
    'engine-unavailable',
    `The engine ${name} did not start on this machine. Choose another engine.`,
    {
      details: { engine: name },
    },
  );
}

/** `heldBytes`: what the backend is known to hold; its tensors alone unless given. */
export function backendMemory(heldBytes?: number): EngineMemory {
  const { numTensors, numBytes } = memory();
  return { tensorCount: numTensors, tensorBytes: numBytes, heldBytes: heldBytes ?? numBytes };
}

export function releaseBackend(name: EngineName): void {
  removeBackend(name);
}
