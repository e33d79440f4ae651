/** What every method of weighting examples looks like: what it may look at, and what it must answer. */

/** What one step's passes found out about its train batch. Arrays of [B, K] are row-major. */
export interface BatchFindings {
  /** B */
  readonly size: number;
  /** K */
  readonly classCount: number;
  /** Class index per example, [B]. */
  readonly labels: Int32Array;
  /** softmax of the logits, [B, K]. */
  readonly probabilities: Float64Array;
  /** f_i in nats, [B]. */
  readonly losses: Float64Array;
  /** z-dot: how each logit changes along v, the gradient of the trusted loss, [B, K]. Null where nobody asked for them. */
  readonly logitTangents: Float64Array | null;
  /** u_i = <grad f_i, v>, [B]. Positive: a step on the example lowers the trusted loss. */
  readonly alignments: Float64Array;
  /** |grad f_i|, [B]: exact or the network's documented approximation, see `Network.exampleGradientNorms`. */
  readonly gradientNorms: Float64Array;
}

export interface BatchWeights {
  /** w_i, [B], from 0. All zero: the step is skipped. */
  readonly weights: Float64Array;
  /**
   * e_ic, [B, K] row-major: the gradient of the method's own loss with respect to every logit, for methods that weight each class of an
   * example (GDW) or descend along another loss (REED, S-MODEL). Null: w_i (p_ic - y_ic), the weighted cross-entropy's.
   */
  readonly logitErrors: Float64Array | null;
}

/** One way to weight the examples of a batch. Plain numbers in and out: no method needs an engine. */
export type WeightingMethod = (findings: BatchFindings) => BatchWeights;

/**
 * w_i = max(s_i, 0) / sum_j max(s_j, 0): the weights of Algorithm 1 for scores s. All zero where no score is positive.
 *
 * The weights sum to one in place of n times 1/n, so that the weighted loss keeps the size of a mean and the learning rate
 * needs no retuning.
 */
export function rectifyAndNormalise(scores: Float64Array): Float64Array {
  const rectified = scores.map((score) => Math.max(score, 0));
  const sum = rectified.reduce((total, value) => total + value, 0);
  return sum > 0 ? rectified.map((value) => value / sum) : rectified.fill(0);
}

/** p_ic - y_ic, [B, K] row-major: the gradient of each example's cross-entropy with respect to its logits. */
export function crossEntropyErrors({ classCount, labels, probabilities }: BatchFindings): Float64Array {
  return probabilities.map((probability, position) => {
    const isLabel = position % classCount === labels[Math.floor(position / classCount)];
    return probability - (isLabel ? 1 : 0);
  });
}

/** p_iy, the probability of each example's label, [B]. */
export function labelProbabilities({ classCount, labels, probabilities }: BatchFindings): Float64Array {
  return Float64Array.from(labels, (label, index) => probabilities[index * classCount + label] ?? Number.NaN);
}
