/** Kernels that the package lacks or composes slowly, registered for TF.js's backend `tensorflow` as TensorFlow operations. */
import { defineCrossEntropy } from './kernels/cross-entropy.ts';
import { defineDescent } from './kernels/descent.ts';
import { defineNormalisation } from './kernels/normalisation.ts';
import { defineFastMaxPool, defineMaxPoolGradient, defineMaxPoolWithArgmax } from './kernels/pooling.ts';
import { defineSums } from './kernels/sums.ts';
import { defineChannelBlend, defineExampleRows, definePlaneMeans, defineReluGate } from './kernels/sweeps.ts';

let areInstalled = false;

/**
 * Once per thread: kernels outlive the backend that they belong to. `hasOperations`: the binding brings the operations of
 * native/, as this version of the app knows them, and they compute where the tensors are, on the processor.
 */
export function installTensorflowKernels(hasOperations: boolean): void {
  if (areInstalled) return;
  areInstalled = true;
  defineReluGate();
  if (!hasOperations) {
    defineMaxPoolWithArgmax();
    return;
  }
  defineFastMaxPool();
  defineMaxPoolGradient();
  defineChannelBlend();
  definePlaneMeans();
  defineNormalisation();
  defineCrossEntropy();
  defineDescent();
  defineExampleRows();
  defineSums();
}
