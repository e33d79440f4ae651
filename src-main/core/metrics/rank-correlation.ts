/** Spearman's rank correlation: Pearson's of the ranks, equal values sharing their mean rank. */

/**
 * In [-1, 1]: 1 where both put the samples into the same order. Pairs with a NaN are left out. 0 where one of them never varies. Cost:
 * two sorts, without a pause: for a million values order them in pieces and use `correlateRanks`.
 */
export function rankCorrelation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const pairs: number[] = [];
  for (let index = 0; index < one.length; index++) {
    if (!Number.isNaN(one[index]! + other[index]!)) pairs.push(index);
  }
  const rank = (all: ArrayLike<number>): Float64Array => {
    const values = Float64Array.from(pairs, (index) => all[index]!);
    const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
    return meanRanks(values, order);
  };
  return correlateRanks(rank(one), rank(other)) ?? 0;
}

/** Of two lists of `meanRanks` of equal length. Null for fewer than two values, and where one side is constant. */
export function correlateRanks(ranks: Float64Array, otherRanks: Float64Array): number | null {
  const centre = (ranks.length - 1) / 2;
  let [product, square, otherSquare] = [0, 0, 0];
  for (let index = 0; index < ranks.length; index++) {
    const [a, b] = [ranks[index]! - centre, otherRanks[index]! - centre];
    product += a * b;
    square += a * a;
    otherSquare += b * b;
  }
  return square === 0 || otherSquare === 0 ? null : product / Math.sqrt(square * otherSquare);
}

/** Of each value, from 0; equal ones get the mean of the ranks that they take up. `order`: indices of `values`, smallest value first. */
export function meanRanks(values: ArrayLike<number>, order: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    for (let place = start; place < end; place++) ranks[order[place]!] = (start + end - 1) / 2;
    start = end;
  }
  return ranks;
}
