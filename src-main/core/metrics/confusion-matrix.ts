/**
 * Counts [K, K], row by row: entry [a, b] is how many samples have `actual` class a and `predicted` class b. Pairs with a negative
 * index (no answer) are left out.
 */
export function confusionMatrix(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classCount: number,
): Uint32Array {
  const counts = new Uint32Array(classCount * classCount);
  for (let index = 0; index < actual.length; index++) {
    const [a, b] = [actual[index]!, predicted[index]!];
    if (a >= 0 && b >= 0) counts[a * classCount + b]!++;
  }
  return counts;
}

/** Mean over the classes that occur of the share predicted right; NaN for an empty matrix. */
export function balancedAccuracy(counts: Uint32Array): number {
  const classCount = Math.sqrt(counts.length);
  const recalls: number[] = [];
  for (let a = 0; a < classCount; a++) {
    const total = counts.subarray(a * classCount, (a + 1) * classCount).reduce((sum, count) => sum + count, 0);
    if (total > 0) recalls.push(counts[a * classCount + a]! / total);
  }
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}
