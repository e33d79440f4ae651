/**
 * Which images an audit shows: a random sample that looks where the model is unsure, with probabilities that are known and
 * written down, so that what the user says of them counts for the whole list without bias (estimate-audit.ts).
 */
import { createRandom } from '../random/random-generator.ts';

/** Added to every weight: each image can be drawn, however sure the model is of it. */
const weightFloor = 0.05;
/** Share of the ranking that the error probabilities are averaged over. */
const smoothingWindow = 0.01;

/**
 * Error probabilities averaged along the ranking, over a window of one hundredth of it around each place.
 *
 * `ranked`: e in [0, 1], the most suspicious first, [M]. Single values of e are far too sure of themselves; their mean over
 * neighbours in the ranking is about right. At both ends the window is cut off. Returns [M] in the same order.
 */
export function smoothAlongRanking(ranked: Float64Array): Float64Array {
  const reach = Math.floor((smoothingWindow * ranked.length) / 2);
  const sums = new Float64Array(ranked.length + 1);
  ranked.forEach((value, place) => (sums[place + 1] = sums[place]! + value));
  return ranked.map((_, place) => {
    const from = Math.max(0, place - reach);
    const to = Math.min(ranked.length, place + reach + 1);
    return (sums[to]! - sums[from]!) / (to - from);
  });
}

/**
 * Probability of each image to be the one that a draw falls on: proportional to sqrt(e (1 - e)) + 0.05, summing to one.
 *
 * The root is the standard deviation of a label that is wrong with probability e: the best choice if e is right (Neyman 1934).
 * `errors`: e in [0, 1], [M]; NaN for an image that cannot be shown, which gets the probability 0.
 */
export function drawingProbabilities(errors: Float64Array): Float64Array {
  const weights = errors.map((e) => (Number.isNaN(e) ? 0 : Math.sqrt(e * (1 - e)) + weightFloor));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * `size` independent draws, in the order in which they are to be shown; the same image may come up twice.
 *
 * `probabilities`: [M], summing to one. Returns places in [0, M). Stopping after any number of draws leaves a valid sample.
 */
export function drawPlaces(probabilities: Float64Array, size: number, seed: number): Uint32Array {
  const random = createRandom(seed);
  const upTo = new Float64Array(probabilities.length);
  probabilities.reduce((sum, probability, place) => (upTo[place] = sum + probability), 0);
  // Rounding may leave the last sum beside 1; and a place of probability 0 must never be hit.
  const end = upTo.at(-1) ?? 0;
  return Uint32Array.from({ length: size }, () => firstAbove(upTo, random.uniform() * end));
}

/** The first place whose value is above `wanted`, by bisection. */
function firstAbove(ascending: Float64Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
