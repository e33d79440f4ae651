/** Softmax and margins over the rows of [N, K] arrays. */

/** softmax(logits / temperature) of each row. */
export function softmaxRows(logits: Float32Array, classCount: number, temperature = 1): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classCount) {
    softmaxRow(logits, start, classCount, 1 / temperature, probabilities);
  }
  return probabilities;
}

/** Writes softmax(sharpness z) of the K logits from `start` to the same place of `target`, which may be the logits; returns ln sum exp(sharpness z). */
export function softmaxRow(
  logits: Float32Array,
  start: number,
  classCount: number,
  sharpness: number,
  target: Float32Array,
): number {
  let largest = -Infinity;
  for (let k = start; k < start + classCount; k++) if (logits[k]! > largest) largest = logits[k]!;
  let sum = 0;
  for (let k = start; k < start + classCount; k++) {
    const power = Math.exp(sharpness * (logits[k]! - largest));
    target[k] = power;
    sum += power;
  }
  for (let k = start; k < start + classCount; k++) target[k]! /= sum;
  return Math.log(sum) + sharpness * largest;
}

/** Margin of a label: its logit minus the largest other one. `start`: where the sample's K logits begin. */
export function marginOf(logits: Float32Array, start: number, classCount: number, label: number): number {
  let largestOther = -Infinity;
  for (let k = 0; k < classCount; k++) {
    if (k !== label) largestOther = Math.max(largestOther, logits[start + k]!);
  }
  return logits[start + label]! - largestOther;
}
