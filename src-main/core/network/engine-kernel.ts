/** Kernels of an engine's own for what is otherwise composed of TF.js operations. */
import { engine, getBackend, getKernel } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

type Kernel<Outputs> = (inputs: NamedTensorMap, attributes?: NamedAttrMap) => Outputs;

/** Runs the kernel that the current engine registered under this name; null where it has none. The caller disposes the outputs, or a tidy around. */
export function findKernel<Outputs extends Tensor | Tensor[]>(name: string): Kernel<Outputs> | null {
  if (getKernel(name, getBackend()) === undefined) return null;
  return (inputs, attributes) => engine().runKernel<Outputs>(name, inputs, attributes);
}
