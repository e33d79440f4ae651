/**
 * Largest difference, relative to the largest expected value (or 0.001 where all are smaller): float32's error is relative to
 * the largest term of a sum. Infinite where a value is missing or not a number.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, scale] = [0, 1e-3];
  for (let index = 0; index < expected.length; index++) {
    const [found, wanted] = [actual[index] ?? Number.NaN, expected[index] ?? Number.NaN];
    if (!Number.isFinite(found)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(found - wanted));
    scale = Math.max(scale, Math.abs(wanted));
  }
  return difference / scale;
}
