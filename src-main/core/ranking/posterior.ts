/** How probable each class is for a sample once its given label is taken into account: Bayes' rule over the noise matrix. */

/**
 * Posterior class probabilities q_ik, proportional to p_ik T[k, g_i].
 *
 * probabilities p [N, K]: what a model says of each sample without having seen its given label. transition T [K, K], row by
 * row: T[k, j] = P(given label j | class k). givenLabels g [N], class indices. Returns q [N, K], each row summing to one;
 * a row whose product vanishes everywhere (no class explains the label) keeps p.
 */
export function labelPosterior(
  probabilities: Float32Array,
  transition: Float64Array,
  givenLabels: Int32Array,
  classCount: number,
): Float32Array {
  const posterior = new Float32Array(probabilities.length);
  for (let sample = 0; sample < givenLabels.length; sample++) {
    const row = probabilities.subarray(sample * classCount, (sample + 1) * classCount);
    posteriorRow(row, transition, givenLabels[sample]!, posterior.subarray(sample * classCount));
  }
  return posterior;
}

/** One sample's posterior, written into the first K entries of `target`. */
function posteriorRow(
  probabilities: Float32Array,
  transition: Float64Array,
  givenLabel: number,
  target: Float32Array,
): void {
  const classCount = probabilities.length;
  let sum = 0;
  for (let k = 0; k < classCount; k++) sum += probabilities[k]! * transition[k * classCount + givenLabel]!;
  for (let k = 0; k < classCount; k++) {
    const joint = probabilities[k]! * transition[k * classCount + givenLabel]!;
    target[k] = sum > 0 ? joint / sum : probabilities[k]!;
  }
}
