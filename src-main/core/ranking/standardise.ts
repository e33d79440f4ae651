/** Puts numbers of different origin on one scale. */

/** Each dimension of vectors [N, D] shifted to mean 0 and scaled to standard deviation 1; a constant dimension becomes 0. */
export function standardiseColumns(vectors: Float32Array, dimensions: number): Float32Array {
  const count = vectors.length / dimensions;
  const { means, deviations } = columnMoments(vectors, dimensions, count);
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

function columnMoments(vectors: Float32Array, dimensions: number, count: number) {
  const means = new Float64Array(dimensions);
  for (let index = 0; index < vectors.length; index++) means[index % dimensions]! += vectors[index]! / count;
  const deviations = new Float64Array(dimensions);
  for (let index = 0; index < vectors.length; index++) {
    deviations[index % dimensions]! += (vectors[index]! - means[index % dimensions]!) ** 2 / count;
  }
  return { means, deviations: deviations.map(Math.sqrt) };
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
