/** Confident learning's filter (Northcutt, Jiang, Chuang 2021), "prune by noise rate", which is what cleanlab does unless told otherwise. */

/**
 * Suspicion [N] out of out-of-fold probabilities [N, K] and given labels: flagged labels first, each part in the order of self-confidence.
 *
 *     t_j      mean of p_ij over the samples given j
 *     C[s, y]  how many samples given s have y as their most probable class among those with p_ij >= t_j; each row
 *              scaled to the number of samples given s
 *     flagged  for every s and y other than s: the C[s, y] samples given s with the largest p_iy - p_is, but for those whose most probable class is s
 */
export function confidentLearning(probabilities: Float32Array, labels: Int32Array, classCount: number): Float32Array {
  const joint = confidentJoint(probabilities, labels, classCount);
  const isFlagged = new Uint8Array(labels.length);
  const at = (sample: number, k: number): number => probabilities[sample * classCount + k]!;
  for (let given = 0; given < classCount; given++) {
    const members = [...labels.keys()].filter((sample) => labels[sample] === given);
    for (let other = 0; other < classCount; other++) {
      if (other === given) continue;
      const margin = (sample: number): number => at(sample, other) - at(sample, given);
      const worst = members.toSorted((a, b) => margin(b) - margin(a));
      for (const sample of worst.slice(0, Math.round(joint[given * classCount + other]!))) isFlagged[sample] = 1;
    }
  }
  return Float32Array.from(labels, (given, sample) => {
    const row = probabilities.subarray(sample * classCount, (sample + 1) * classCount);
    const flagged = isFlagged[sample] === 1 && Math.max(...row) > row[given]!;
    return (flagged ? 1 : 0) + 1 - row[given]!;
  });
}

function confidentJoint(probabilities: Float32Array, labels: Int32Array, classCount: number): Float64Array {
  const counts = new Float64Array(classCount);
  const thresholds = new Float64Array(classCount);
  labels.forEach((label, sample) => {
    counts[label]! += 1;
    thresholds[label]! += probabilities[sample * classCount + label]!;
  });
  thresholds.forEach((sum, k) => (thresholds[k] = sum / Math.max(1, counts[k]!)));
  const joint = new Float64Array(classCount * classCount);
  labels.forEach((label, sample) => {
    let best = -1;
    for (let k = 0; k < classCount; k++) {
      const own = probabilities[sample * classCount + k]!;
      if (own >= thresholds[k]! && (best < 0 || own > probabilities[sample * classCount + best]!)) best = k;
    }
    if (best >= 0) joint[label * classCount + best]! += 1;
  });
  for (let given = 0; given < classCount; given++) {
    const row = joint.subarray(given * classCount, (given + 1) * classCount);
    const sum = row.reduce((total, value) => total + value, 0);
    row.forEach((value, k) => (row[k] = sum > 0 ? (value * counts[given]!) / sum : 0));
  }
  return joint;
}
