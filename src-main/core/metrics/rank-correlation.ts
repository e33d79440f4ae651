/** Spearman's rank correlation. */

/**
 * In [-1, 1]: 1 where both put the samples into the same order. Equal values share their mean rank. Pairs with a NaN are left out. 0 where one
 * of them never varies. Cost: two sorts.
 */
export function rankCorrelation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const pairs: number[] = [];
  for (let index = 0; index < one.length; index++) {
    if (!Number.isNaN(one[index]! + other[index]!)) pairs.push(index);
  }
  const ranks = meanRanks(Float64Array.from(pairs, (index) => one[index]!));
  const otherRanks = meanRanks(Float64Array.from(pairs, (index) => other[index]!));
  const centre = (pairs.length - 1) / 2;
  let [product, square, otherSquare] = [0, 0, 0];
  ranks.forEach((rank, index) => {
    const [a, b] = [rank - centre, otherRanks[index]! - centre];
    product += a * b;
    square += a * a;
    otherSquare += b * b;
  });
  const norm = Math.sqrt(square * otherSquare);
  return norm > 0 ? product / norm : 0;
}

/** From 0; equal values get the mean of the ranks that they take up. */
function meanRanks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    for (let place = start; place < end; place++) ranks[order[place]!] = (start + end - 1) / 2;
    start = end;
  }
  return ranks;
}
