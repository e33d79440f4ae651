/**
 * How well a score puts the wrong labels first. In all of these a larger score is more suspicious, `isWrong` says what is true
 * (non-zero: wrong), and both have the same length. Equal scores count as if their order were drawn at random, so a constant
 * score gets 0.5, never a lucky order. NaN scores are a bug of the caller and throw RangeError.
 */

/** One group of equal scores, most suspicious group first. */
interface Tie {
  readonly size: number;
  readonly wrong: number;
}

/**
 * Area under the ROC curve: the probability that a wrong label scores higher than a right one (ties half). NaN unless there is
 * one of each.
 */
export function auroc(scores: ArrayLike<number>, isWrong: ArrayLike<number>): number {
  let [wrongAbove, pairs, right] = [0, 0, 0];
  for (const tie of tiesOf(scores, isWrong)) {
    const rightHere = tie.size - tie.wrong;
    pairs += rightHere * (wrongAbove + tie.wrong / 2);
    wrongAbove += tie.wrong;
    right += rightHere;
  }
  return pairs / (wrongAbove * right);
}

/**
 * Average precision: the mean, over the wrong labels, of the precision down to where each is found. A group of equal scores is
 * taken as one cut (its precision counts for each of its members), as scikit-learn does. NaN without any wrong label.
 */
export function averagePrecision(scores: ArrayLike<number>, isWrong: ArrayLike<number>): number {
  let [seen, found, sum] = [0, 0, 0];
  for (const tie of tiesOf(scores, isWrong)) {
    seen += tie.size;
    found += tie.wrong;
    sum += tie.wrong * (found / seen);
  }
  return sum / found;
}

/** Share of wrong labels among the k most suspicious (all, where there are fewer). Expected value where the cut divides a tie. NaN for k = 0. */
export function precisionAtK(scores: ArrayLike<number>, isWrong: ArrayLike<number>, k: number): number {
  const size = Math.min(k, scores.length);
  let [seen, found] = [0, 0];
  for (const tie of tiesOf(scores, isWrong)) {
    const taken = Math.min(tie.size, size - seen);
    seen += taken;
    found += (tie.wrong * taken) / tie.size;
  }
  return found / size;
}

/**
 * Share of all samples that must be looked at, most suspicious first, to find `errorShare` (in (0, 1]) of the wrong labels.
 * Within a tie the wrong ones are taken to be spread evenly. NaN without any wrong label.
 */
export function shareToReview(scores: ArrayLike<number>, isWrong: ArrayLike<number>, errorShare: number): number {
  const ties = tiesOf(scores, isWrong);
  const wanted = errorShare * ties.reduce((sum, tie) => sum + tie.wrong, 0);
  let [seen, found] = [0, 0];
  for (const tie of ties) {
    // The last group may owe its end to rounding: a hair's breadth of the wanted number is enough.
    if (found + tie.wrong >= wanted - 1e-9 && tie.wrong > 0) {
      return (seen + (tie.size * (wanted - found)) / tie.wrong) / scores.length;
    }
    seen += tie.size;
    found += tie.wrong;
  }
  return Number.NaN;
}

function tiesOf(scores: ArrayLike<number>, isWrong: ArrayLike<number>): Tie[] {
  if (scores.length !== isWrong.length) {
    throw new RangeError(`${scores.length} scores for ${isWrong.length} samples.`);
  }
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index);
  for (const index of order)
    if (Number.isNaN(scores[index])) throw new RangeError(`The score of sample ${index} is NaN.`);
  order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  const ties: { size: number; wrong: number; score: number }[] = [];
  for (const index of order) {
    const last = ties.at(-1);
    const wrong = isWrong[index] === 0 ? 0 : 1;
    if (last !== undefined && last.score === scores[index]) {
      last.size++;
      last.wrong += wrong;
    } else ties.push({ size: 1, wrong, score: scores[index]! });
  }
  return ties;
}
