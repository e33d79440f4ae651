/**
 * The backend of @tensorflow/tfjs-node-gpu on a binding out of an engine pack. The package's own entry would look for a
 * binding inside node_modules and start itself; its parts can be loaded one by one instead.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js';
import { TouchstoneError } from '../../core/errors.ts';
import { restoreUtilFunctions } from './node-shims.ts';
import { invalidPack, readPackManifest } from './pack-manifest.ts';
import type { PackManifest } from './pack-manifest.ts';

export type TensorflowBackend = NodeJSKernelBackend;

export interface LoadedTensorflow {
  readonly manifest: PackManifest;
  readonly createBackend: () => TensorflowBackend;
}

type BackendModule = {
  readonly NodeJSKernelBackend: new (binding: TFJSBinding, packageName: string) => TensorflowBackend;
};

const PACKAGE = '@tensorflow/tfjs-node-gpu';
const require = createRequire(import.meta.url);
let loaded: { readonly folder: string; readonly tensorflow: LoadedTensorflow } | null = null;

/**
 * Loads the pack into this process: for good, since native libraries cannot be unloaded. Rejects a second, different one, a
 * pack that does not load, and an installation without the package, with `engine-unavailable` or `engine-pack-invalid`.
 */
export function loadTensorflow(packFolder: string): LoadedTensorflow {
  if (loaded?.folder === packFolder) return loaded.tensorflow;
  if (loaded !== null) throw unavailable('Another version of TensorFlow is already loaded. Start the app again.');
  const manifest = readPackManifest(packFolder);
  quietTensorflow();
  keepCallerBusy();
  const { NodeJSKernelBackend } = loadPackage();
  const binding = loadBinding(path.join(packFolder, manifest.binding));
  // Under this name the package takes the device as it finds it, processor or GPU.
  const tensorflow = { manifest, createBackend: () => new NodeJSKernelBackend(binding, 'tfjs-node-gpu') };
  loaded = { folder: packFolder, tensorflow };
  return tensorflow;
}

/** Its notes about processor features and devices go past every log of ours; warnings stay. */
function quietTensorflow(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // GPU memory is taken as it is needed: the default takes all there is.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
}

/**
 * oneDNN hands its work to TensorFlow's threads and lets the one that asked sleep until they are done: two wake-ups, one after the other,
 * around each of a step's many short convolutions. So that one takes a share itself. The shares, and with them the results, stay the same.
 */
function keepCallerBusy(): void {
  process.env['TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD'] ??= '1';
}

function loadPackage(): BackendModule {
  restoreUtilFunctions();
  try {
    require(`${PACKAGE}/dist/register_all_kernels`);
    return require(`${PACKAGE}/dist/nodejs_kernel_backend`) as BackendModule;
  } catch (cause) {
    throw unavailable(`The package ${PACKAGE} is not part of this installation. Install Touchstone with it.`, cause);
  }
}

function loadBinding(file: string): TFJSBinding {
  try {
    return require(file) as TFJSBinding;
  } catch (cause) {
    throw invalidPack(`${file} does not load (${cause instanceof Error ? cause.message : String(cause)}).`, cause);
  }
}

function unavailable(message: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError('engine-unavailable', message, { details: { engine: 'tensorflow' }, cause });
}
