/**
 * The weighting net of MW-Net and GDW: V(loss) = sigmoid(w2 . relu(w1 loss + b1) + b2), one input, 100 hidden units, in double precision.
 *
 * Shu et al., "Meta-Weight-Net: Learning an Explicit Mapping For Sample Weighting", NeurIPS 2019.
 */
import { createRandom } from '../random/random-generator.ts';
import type { AdamState } from './adam.ts';
import { adamStep, startAdam } from './adam.ts';

const hiddenUnits = 100;
const adamSettings = { learningRate: 1e-3, weightDecay: 1e-4 };

export interface WeightingNet {
  /** V(f_i) in (0, 1) for losses f_i in nats, [B]. */
  weights(losses: Float64Array): Float64Array;
  /** One step of Adam down sum_i slopes_i V(f_i), at the parameters of now; slopes [B] are dG/dV_i. */
  descend(losses: Float64Array, slopes: Float64Array): void;
  /** Parameters w1 [H], b1 [H], w2 [H], b2 [1] in one array, and Adam's moments; changed in place. */
  readonly state: AdamState;
}

/** Kernels and biases start uniform in +-1 / sqrt(fan-in), the usual start of linear layers where the method was published. */
export function createWeightingNet(seed: number): WeightingNet {
  const random = createRandom(seed);
  const start = Float64Array.from({ length: 3 * hiddenUnits + 1 }, (_, index) => {
    const bound = index < 2 * hiddenUnits ? 1 : 1 / Math.sqrt(hiddenUnits);
    return bound * (2 * random.uniform() - 1);
  });
  const state = startAdam(start);
  return {
    weights: (losses) => losses.map((loss) => answer(state.values, loss)),
    descend: (losses, slopes) => adamStep(state, gradient(state.values, losses, slopes), adamSettings),
    state,
  };
}

function parts(values: Float64Array): {
  readonly w1: Float64Array;
  readonly b1: Float64Array;
  readonly w2: Float64Array;
  readonly b2: number;
} {
  return {
    w1: values.subarray(0, hiddenUnits),
    b1: values.subarray(hiddenUnits, 2 * hiddenUnits),
    w2: values.subarray(2 * hiddenUnits, 3 * hiddenUnits),
    b2: values[3 * hiddenUnits] ?? 0,
  };
}

function answer(values: Float64Array, loss: number): number {
  const { w1, b1, w2, b2 } = parts(values);
  const sum = w1.reduce((total, weight, h) => total + (w2[h] ?? 0) * Math.max(0, weight * loss + (b1[h] ?? 0)), b2);
  return 1 / (1 + Math.exp(-sum));
}

/** Gradient of sum_i slopes_i V(f_i) by all parameters. */
function gradient(values: Float64Array, losses: Float64Array, slopes: Float64Array): Float64Array {
  const { w1, b1, w2 } = parts(values);
  const result = new Float64Array(values.length);
  const into = parts(result);
  losses.forEach((loss, index) => {
    const v = answer(values, loss);
    const outer = (slopes[index] ?? 0) * v * (1 - v);
    w1.forEach((weight, h) => {
      const hidden = weight * loss + (b1[h] ?? 0);
      if (hidden <= 0) return;
      into.w1[h]! += outer * (w2[h] ?? 0) * loss;
      into.b1[h]! += outer * (w2[h] ?? 0);
      into.w2[h]! += outer * hidden;
    });
    result[3 * hiddenUnits]! += outer;
  });
  return result;
}
