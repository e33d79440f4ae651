/**
 * The examples of a batch whose weight is not zero, their values scaled or not: the others add nothing to a weighted sum. An engine may register
 * a kernel of this name that picks and scales in one sweep; without one it is composed of TF.js operations.
 */
import { gather, mul, ones, reshape, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { findKernel } from './engine-kernel.ts';

/** Kernel name. Inputs as in ExampleRowsInputs, no attributes, output float32 [A, ...]. */
export const EXAMPLE_ROWS = 'ExampleRows';

export type ExampleRowsInputs<T> = {
  /** [B, ...] */
  readonly values: T;
  /** int32 [A], each in 0..B-1 */
  readonly rows: T;
  /** [A] */
  readonly factors: T;
};

/** w as the layers need it. */
export interface ExampleWeights {
  /** w [B, 1] */
  readonly column: Tensor2D;
  /** Indices of the examples whose weight is not zero, int32 [A], and their weights [A]. */
  readonly active: Tensor1D;
  readonly activeWeights: Tensor1D;
  /** 1 for each of them, [A]. */
  readonly activeOnes: Tensor1D;
}

/** The caller disposes them, or a tidy around. */
export function uploadWeights(weights: Float64Array): ExampleWeights {
  const active = [...weights.keys()].filter((index) => weights[index] !== 0);
  return {
    column: tensor2d(Float32Array.from(weights), [weights.length, 1]),
    active: tensor1d(Int32Array.from(active), 'int32'),
    activeWeights: tensor1d(Float32Array.from(active, (index) => weights[index] ?? 0)),
    activeOnes: ones<Rank.R1>([active.length]),
  };
}

/** The rows of the active examples, [B, ...] -> [A, ...]. The very same tensor where all are active. */
export function activeRows(values: Tensor, { active, activeOnes }: ExampleWeights): Tensor {
  if (active.size === values.shape[0]) return values;
  const kernel = findKernel<Tensor>(EXAMPLE_ROWS);
  return kernel ? kernel({ values, rows: active, factors: activeOnes }) : gather(values, active);
}

/** The same, each times its weight. */
export function weightedRows(values: Tensor, { active, activeWeights }: ExampleWeights): Tensor {
  const kernel = findKernel<Tensor>(EXAMPLE_ROWS);
  if (kernel) return kernel({ values, rows: active, factors: activeWeights });
  return tidy(() => {
    const chosen = active.size === values.shape[0] ? values : gather(values, active);
    const flat = reshape(chosen, [active.size, -1]);
    return reshape(mul(flat, reshape(activeWeights, [-1, 1])), chosen.shape);
  });
}
