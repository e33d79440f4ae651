/**
 * Wrong labels on purpose: seeded generators of the noise patterns that detection is measured on. Each returns new labels and
 * leaves its argument alone. What is wrong afterwards is what differs from the labels put in: nothing else is counted.
 *
 * `labels` are class indices, `share` is a share of all samples in [0, 1]; round(share N) samples are hit, chosen without
 * replacement. Invalid shares and classes throw `invalid-value`.
 */
import { TouchstoneError } from '../errors.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { randomPermutation } from '../random/shuffle.ts';

/**
 * Uniform noise: every sample that is hit gets one of the K - 1 other labels, all equally likely, so exactly round(share N)
 * labels are wrong.
 *
 * Deviation: the code released with the L2RW paper draws floor(U(0, K - 1)), which may be the old label and is never the last
 * class; its nominal 40 % on ten classes is 36 % in fact (algorithms.md 1.6).
 */
export function uniformNoise(
  labels: Int32Array,
  classCount: number,
  share: number,
  random: RandomGenerator,
): Int32Array {
  requireClasses(classCount);
  return relabel(labels, share, random, (label) => (label + 1 + random.integer(classCount - 1)) % classCount);
}

/** Pair noise: every sample that is hit gets the label of the next class, the last class that of the first. */
export function pairNoise(labels: Int32Array, classCount: number, share: number, random: RandomGenerator): Int32Array {
  requireClasses(classCount);
  return relabel(labels, share, random, (label) => (label + 1) % classCount);
}

/**
 * Background noise, as in the paper: round(share N) samples of whatever class get the label `background`. Those that had it
 * already stay right, so slightly fewer than round(share N) labels are wrong.
 */
export function backgroundNoise(
  labels: Int32Array,
  background: number,
  share: number,
  random: RandomGenerator,
): Int32Array {
  return relabel(labels, share, random, () => background);
}

/**
 * Long tail: which samples stay so that class sizes fall geometrically, the first class keeping all of its samples and the last
 * one `1 / ratio` of as many.
 *
 * Class k keeps round(n_0 ratio^(-k / (K - 1))) samples, or all where it has fewer; never none. Returns the indices of the
 * samples that stay, ascending. `ratio` >= 1.
 */
export function longTail(labels: Int32Array, classCount: number, ratio: number, random: RandomGenerator): Uint32Array {
  requireClasses(classCount);
  if (!(ratio >= 1))
    throw new TouchstoneError('invalid-value', `The long tail's ratio is ${ratio}; it must be 1 or more.`);
  const largest = labels.reduce((count, label) => count + (label === 0 ? 1 : 0), 0);
  const quotas = Array.from({ length: classCount }, (_, k) =>
    Math.max(1, Math.round(largest * ratio ** (-k / (classCount - 1)))),
  );
  const kept = randomPermutation(labels.length, random).filter((sample) => quotas[labels[sample]!]!-- > 0);
  return kept.sort();
}

function relabel(
  labels: Int32Array,
  share: number,
  random: RandomGenerator,
  wrongLabel: (label: number) => number,
): Int32Array {
  if (!(share >= 0 && share <= 1)) {
    throw new TouchstoneError('invalid-value', `The share of wrong labels is ${share}; it must lie between 0 and 1.`);
  }
  const noisy = labels.slice();
  for (const sample of randomPermutation(labels.length, random).subarray(0, Math.round(share * labels.length))) {
    noisy[sample] = wrongLabel(labels[sample]!);
  }
  return noisy;
}

function requireClasses(classCount: number): void {
  if (classCount < 2) {
    throw new TouchstoneError('invalid-value', `Label noise needs two classes or more; there is ${classCount}.`);
  }
}
