/** How far a model's logits are to be trusted: one temperature, from the trusted samples and a prior around 1. */

/** Standard deviation of ln tau under the prior: few trusted samples move the temperature little. */
const priorSpread = 0.35;
/** ln tau is searched in [-bound, bound]; the prior makes anything beyond hopeless. */
const searchBound = 3;
const searchSteps = 60;

/**
 * The temperature tau that minimises
 *
 *     - sum over trusted j of ln softmax(z_j / tau)[y_j]  +  (ln tau / 0.35)^2 / 2
 *
 * by golden-section search over ln tau. logits z [N, K], made without the trusted samples' labels (out of fold); trusted:
 * sample indices; labels [N]: their trusted classes. 1 without trusted samples.
 */
export function fitTemperature(
  logits: Float32Array,
  labels: Int32Array,
  trusted: Uint32Array,
  classCount: number,
): number {
  const objective = (logTemperature: number): number => {
    const sharpness = Math.exp(-logTemperature);
    let sum = 0.5 * (logTemperature / priorSpread) ** 2;
    for (const sample of trusted) {
      const row = logits.subarray(sample * classCount, (sample + 1) * classCount);
      sum += crossEntropy(row, labels[sample]!, sharpness);
    }
    return sum;
  };
  return Math.exp(goldenSection(objective, -searchBound, searchBound));
}

/** -ln softmax(sharpness z)[label], shifted by the largest logit so that nothing overflows. */
function crossEntropy(logits: Float32Array, label: number, sharpness: number): number {
  const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const sum = logits.reduce((total, value) => total + Math.exp(sharpness * (value - largest)), 0);
  return Math.log(sum) - sharpness * (logits[label]! - largest);
}

/** Position of the minimum of a function with one valley, within (high - low) * 0.618^60. */
function goldenSection(objective: (position: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [from, to] = [low, high];
  let left = to - ratio * (to - from);
  let right = from + ratio * (to - from);
  let [leftValue, rightValue] = [objective(left), objective(right)];
  for (let step = 0; step < searchSteps; step++) {
    if (leftValue < rightValue) {
      [to, right, rightValue] = [right, left, leftValue];
      left = to - ratio * (to - from);
      leftValue = objective(left);
    } else {
      [from, left, leftValue] = [left, right, rightValue];
      right = from + ratio * (to - from);
      rightValue = objective(right);
    }
  }
  return (from + to) / 2;
}
