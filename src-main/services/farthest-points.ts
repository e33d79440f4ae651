/** Chooses few vectors that together stand for many: the most typical first, then always what is least like those chosen. */

/** N vectors of D numbers, one behind the other. */
export interface VectorTable {
  readonly vectors: Float32Array;
  readonly dimensions: number;
}

/**
 * Rows of `candidates` in the order in which they should be looked at, `count` at most.
 *
 * Farthest-point selection (Gonzalez 1985): each pick is the candidate with the largest distance to the nearest of `anchors` and
 * the picks before it. Without anchors the first pick is the candidate nearest to the candidates' mean. O(count N D).
 */
export function pickFarthest(
  table: VectorTable,
  candidates: readonly number[],
  anchors: readonly number[],
  count: number,
): readonly number[] {
  const nearest = new Float64Array(candidates.length).fill(Number.POSITIVE_INFINITY);
  const approach = (point: Float32Array) =>
    candidates.forEach((row, place) => {
      nearest[place] = Math.min(nearest[place] ?? 0, squaredDistance(rowOf(table, row), point));
    });
  for (const anchor of anchors) approach(rowOf(table, anchor));
  const picked: number[] = [];
  while (picked.length < Math.min(count, candidates.length)) {
    const isFirst = picked.length === 0 && anchors.length === 0;
    const place = isFirst ? mostTypical(table, candidates) : indexOfLargest(nearest);
    const row = candidates[place] ?? 0;
    picked.push(row);
    approach(rowOf(table, row));
    nearest[place] = Number.NEGATIVE_INFINITY;
  }
  return picked;
}

/** The `count` rows of `candidates` nearest to `row`, nearest first, itself left out. */
export function nearestRows(
  table: VectorTable,
  candidates: readonly number[],
  row: number,
  count: number,
): readonly number[] {
  const point = rowOf(table, row);
  return candidates
    .filter((other) => other !== row)
    .map((other) => ({ other, distance: squaredDistance(rowOf(table, other), point) }))
    .sort((a, b) => a.distance - b.distance || a.other - b.other)
    .slice(0, count)
    .map(({ other }) => other);
}

function mostTypical(table: VectorTable, candidates: readonly number[]): number {
  const mean = new Float32Array(table.dimensions);
  for (const row of candidates) {
    rowOf(table, row).forEach((value, dimension) => {
      mean[dimension] = (mean[dimension] ?? 0) + value / candidates.length;
    });
  }
  const closeness = candidates.map((row) => -squaredDistance(rowOf(table, row), mean));
  return indexOfLargest(closeness);
}

function rowOf({ vectors, dimensions }: VectorTable, row: number): Float32Array {
  return vectors.subarray(row * dimensions, (row + 1) * dimensions);
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let dimension = 0; dimension < a.length; dimension++) {
    const difference = (a[dimension] ?? 0) - (b[dimension] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}
