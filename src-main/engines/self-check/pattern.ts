/** Numbers to check with that need no file: test/numerics/golden/make-golden-values.py computes the very same in Python. */

const PRIME = 65537;

/** `size` float32 numbers in [-scale, scale], scattered but fixed; another `salt` gives other numbers. */
export function makePattern(size: number, salt: number, scale = 1): Float32Array {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let t = (i * 7919 + salt * 10007 + 31) % PRIME;
    t = (t * t + 3 * t + salt) % PRIME;
    t = (t * t + i) % PRIME;
    values[i] = ((2 * t) / PRIME - 1) * scale;
  }
  return values;
}
