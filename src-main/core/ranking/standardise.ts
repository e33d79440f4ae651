/** Puts numbers of different origin on one scale. */

/** Each dimension of vectors [N, D] shifted to mean 0 and scaled to standard deviation 1; a constant dimension becomes 0. */
export function standardiseColumns(vectors: Float32Array, dimensions: number): Float32Array {
  const count = vectors.length / dimensions;
  const { means, deviations } = columnMoments(vectors, dimensions);
  const result = new Float32Array(vectors.length);
  for (let row = 0; row < count; row++) {
    const start = row * dimensions;
    for (let d = 0; d < dimensions; d++) {
      const deviation = deviations[d]!;
      result[start + d] = deviation > 0 ? (vectors[start + d]! - means[d]!) / deviation : 0;
    }
  }
  return result;
}

/** Mean and standard deviation of each dimension of vectors [N, D], [D] each. */
export function columnMoments(
  vectors: Float32Array,
  dimensions: number,
): { readonly means: Float64Array; readonly deviations: Float64Array } {
  const count = vectors.length / dimensions;
  const means = new Float64Array(dimensions);
  for (let start = 0; start < vectors.length; start += dimensions) {
    for (let d = 0; d < dimensions; d++) means[d]! += vectors[start + d]! / count;
  }
  const variances = new Float64Array(dimensions);
  for (let start = 0; start < vectors.length; start += dimensions) {
    for (let d = 0; d < dimensions; d++) variances[d]! += (vectors[start + d]! - means[d]!) ** 2 / count;
  }
  return { means, deviations: variances.map(Math.sqrt) };
}

/**
 * z(v) = (v - median) / standard deviation, both over `rows` only; the same map is applied to every entry. The median, since the
 * wrong labels pull the mean. All zero where the rows do not differ.
 */
export function standardScores(values: Float64Array, rows: Uint32Array): Float64Array {
  const chosen = Float64Array.from(rows, (row) => values[row]!);
  const mean = chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
  const deviation = Math.sqrt(chosen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / chosen.length);
  const median = medianOf(chosen);
  return values.map((value) => (deviation > 0 ? (value - median) / deviation : 0));
}

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
