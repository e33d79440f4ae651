/** What Adam moves, as plain numbers: for networks so small that no engine is needed. All arrays of one length. */
export interface AdamState {
  readonly values: Float64Array;
  readonly firstMoments: Float64Array;
  readonly secondMoments: Float64Array;
  /** Steps taken, [1]. */
  readonly steps: Float64Array;
}

export interface AdamSettings {
  readonly learningRate: number;
  /** lambda of the penalty lambda / 2 |values|^2, added to the gradient. */
  readonly weightDecay: number;
}

const firstDecay = 0.9;
const secondDecay = 0.999;
const epsilon = 1e-8;

/** Takes `values` over. */
export function startAdam(values: Float64Array): AdamState {
  return {
    values,
    firstMoments: new Float64Array(values.length),
    secondMoments: new Float64Array(values.length),
    steps: new Float64Array(1),
  };
}

/**
 * One step of Adam in place: m = 0.9 m + 0.1 g, s = 0.999 s + 0.001 g^2, value -= rate m^ / (sqrt(s^) + 1e-8), with m^ and s^ corrected for
 * their start at zero.
 *
 * Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015. The penalty is part of g, as in the methods' own experiments.
 */
export function adamStep(state: AdamState, gradient: Float64Array, { learningRate, weightDecay }: AdamSettings): void {
  const { values, firstMoments, secondMoments, steps } = state;
  const step = (steps[0] ?? 0) + 1;
  steps[0] = step;
  const [firstBias, secondBias] = [1 - firstDecay ** step, 1 - secondDecay ** step];
  gradient.forEach((slope, index) => {
    const g = slope + weightDecay * (values[index] ?? 0);
    const first = firstDecay * (firstMoments[index] ?? 0) + (1 - firstDecay) * g;
    const second = secondDecay * (secondMoments[index] ?? 0) + (1 - secondDecay) * g * g;
    firstMoments[index] = first;
    secondMoments[index] = second;
    values[index]! -= (learningRate * (first / firstBias)) / (Math.sqrt(second / secondBias) + epsilon);
  });
}
