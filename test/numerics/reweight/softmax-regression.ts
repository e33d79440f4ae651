/**
 * Softmax regression in float64, whose constants are known exactly: where the theory of L2RW can be tested to the letter.
 *
 * Vectors end in a constant 1. G is L-smooth with L <= 1/2 mean |h|^2 over the trusted set, and |grad f_i| <= sqrt(2) |h_i|.
 */
export interface RegressionExample {
  readonly vector: readonly number[];
  readonly label: number;
}

/** theta [K, D], row by class. */
export type Theta = Float64Array;

export function regressionLoss(theta: Theta, { vector, label }: RegressionExample): number {
  return -Math.log(probabilities(theta, vector)[label]!);
}

export function regressionGradient(theta: Theta, { vector, label }: RegressionExample): Float64Array {
  const gradient = new Float64Array(theta.length);
  probabilities(theta, vector).forEach((p, c) => {
    const error = p - (c === label ? 1 : 0);
    gradient.set(
      vector.map((value) => error * value),
      c * vector.length,
    );
  });
  return gradient;
}

export function meanOver(examples: readonly RegressionExample[], of: (example: RegressionExample) => number): number {
  return examples.reduce((total, example) => total + of(example), 0) / examples.length;
}

export function meanRegressionGradient(theta: Theta, examples: readonly RegressionExample[]): Float64Array {
  const mean = new Float64Array(theta.length);
  for (const example of examples) {
    regressionGradient(theta, example).forEach((slope, at) => (mean[at]! += slope / examples.length));
  }
  return mean;
}

/** L of the trusted loss and sigma of the training losses. */
export function constantsOf(
  trusted: readonly RegressionExample[],
  train: readonly RegressionExample[],
): { readonly smoothness: number; readonly gradientBound: number } {
  const squared = ({ vector }: RegressionExample): number => vector.reduce((sum, value) => sum + value * value, 0);
  return {
    smoothness: meanOver(trusted, squared) / 2,
    gradientBound: Math.sqrt(2 * Math.max(...train.map(squared))),
  };
}

function probabilities(theta: Theta, vector: readonly number[]): number[] {
  const classes = theta.length / vector.length;
  const logits = Array.from({ length: classes }, (_, c) =>
    vector.reduce((sum, value, d) => sum + value * theta[c * vector.length + d]!, 0),
  );
  const highest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
  return logits.map((logit) => Math.exp(logit - highest) / total);
}
