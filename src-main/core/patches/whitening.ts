/** ZCA whitening: the linear map after which patches have no correlations left, and still look like patches. */

/** Newton-Schulz converges quadratically once it is near; a regularised covariance of patches needs about half of these. */
const mostIterations = 60;
const wantedChange = 1e-9;

/**
 * A^(-1/2) of a symmetric positive definite matrix A [D, D], row by row, by the coupled Newton-Schulz iteration (Higham, Functions of
 * Matrices, 2008, section 6.7): Y -> A^(1/2), Z -> A^(-1/2) after scaling A to norm one.
 */
export function inverseSquareRoot(matrix: Float64Array, dimensions: number): Float64Array {
  const norm = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0));
  let y: Float64Array = matrix.map((value) => value / norm);
  let z = identity(dimensions);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const correction = multiply(z, y, dimensions).map((value) => -value / 2);
    for (let d = 0; d < dimensions; d++) correction[d * dimensions + d]! += 1.5;
    y = multiply(y, correction, dimensions);
    const next = multiply(correction, z, dimensions);
    const change = next.reduce((largest, value, index) => Math.max(largest, Math.abs(value - z[index]!)), 0);
    z = next;
    if (change < wantedChange) break;
  }
  return z.map((value) => value / Math.sqrt(norm));
}

export function identity(dimensions: number): Float64Array {
  const matrix = new Float64Array(dimensions * dimensions);
  for (let d = 0; d < dimensions; d++) matrix[d * dimensions + d] = 1;
  return matrix;
}

/** A B, both [D, D] row by row. */
export function multiply(a: Float64Array, b: Float64Array, dimensions: number): Float64Array {
  const product = new Float64Array(dimensions * dimensions);
  for (let row = 0; row < dimensions; row++) {
    for (let inner = 0; inner < dimensions; inner++) {
      const factor = a[row * dimensions + inner]!;
      const from = inner * dimensions;
      for (let column = 0; column < dimensions; column++)
        product[row * dimensions + column]! += factor * b[from + column]!;
    }
  }
  return product;
}
