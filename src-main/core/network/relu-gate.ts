/**
 * What lets derivatives through where a rectified unit is open. An engine may register a kernel of this name that does it in one
 * sweep; without one it is composed of TF.js operations.
 */
import { mul, step, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';

/** Kernel name. Inputs as in ReluGateInputs, no attributes, output of their shape. */
export const RELU_GATE = 'ReluGate';

export type ReluGateInputs<T> = {
  /** A tangent or gradient, and the unit's output; of one shape. */
  readonly derivative: T;
  readonly output: T;
};

/** The derivative where output > 0, and 0 elsewhere. */
export function reluGate(derivative: Tensor, output: Tensor): Tensor {
  const kernel = findKernel<Tensor>(RELU_GATE);
  return kernel ? kernel({ derivative, output }) : tidy(() => mul(derivative, step(output)));
}
