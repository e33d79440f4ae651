import { describe, expect, it } from 'vitest';
import { learnDictionary, type PatchDictionary } from '../../../../src-main/core/patches/learn-dictionary.ts';
import { sphericalKMeans } from '../../../../src-main/core/patches/spherical-k-means.ts';
import { identity, inverseSquareRoot, multiply } from '../../../../src-main/core/patches/whitening.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';

function finish<T>(steps: Generator<number, T>): { result: T; shares: number[] } {
  const shares: number[] = [];
  let step = steps.next();
  while (step.done !== true) {
    shares.push(step.value);
    step = steps.next();
  }
  return { result: step.value, shares };
}

describe('inverseSquareRoot', () => {
  it('is the matrix that makes the product with it twice the identity', () => {
    const random = createRandom(2);
    const size = 12;
    const root = Float64Array.from({ length: size * size }, () => random.normal());
    const transposed = root.map((_, index) => root[(index % size) * size + Math.floor(index / size)]!);
    const matrix = multiply(root, transposed, size);
    for (let d = 0; d < size; d++) matrix[d * size + d]! += 0.1;
    const inverse = inverseSquareRoot(matrix, size);
    const product = multiply(multiply(inverse, matrix, size), inverse, size);
    const expected = identity(size);
    for (const [index, value] of product.entries()) expect(value).toBeCloseTo(expected[index]!, 6);
  });
});

describe('sphericalKMeans', () => {
  it('finds the directions that vectors lie along, whatever their sign', () => {
    const random = createRandom(5);
    const directions = [
      [1, 0, 0],
      [0, 1, 0],
    ];
    const rows = Array.from({ length: 600 }, (_, i) => {
      const strength = (random.uniform() < 0.5 ? -1 : 1) * (1 + random.uniform());
      return directions[i % 2]!.map((value) => strength * value + 0.05 * random.normal());
    });
    const { result, shares } = finish(sphericalKMeans(Float32Array.from(rows.flat()), 3, 2, createRandom(1)));
    const answers = directions.map((direction) =>
      Math.max(...[0, 3].map((at) => Math.abs(direction.reduce((sum, value, d) => sum + value * result[at + d]!, 0)))),
    );
    for (const answer of answers) expect(answer).toBeGreaterThan(0.98);
    expect(shares.at(-1)).toBe(1);
  });
});

describe('learnDictionary', () => {
  /** Stripes across or along, at random places. */
  function stripes(count: number, size: number): Uint8Array {
    const random = createRandom(9);
    return Uint8Array.from(
      Array.from({ length: count }, (_, picture) => {
        const shift = random.integer(8);
        return Array.from({ length: size * size * 3 }, (_, index) => {
          const pixel = Math.floor(index / 3);
          const place = picture % 2 === 0 ? Math.floor(pixel / size) : pixel % size;
          return ((place + shift) % 8 < 4 ? 30 : 220) + random.integer(20);
        });
      }).flat(),
    );
  }

  it('learns filters without a mean that answer the patterns it was shown, the same ones each time', () => {
    const pixels = stripes(6, 16);
    const { result } = finish<PatchDictionary>(learnDictionary(pixels, 16, 1));
    const [values, words] = [108, result.offsets.length];
    for (let word = 0; word < words; word++) {
      const filter = result.filters.subarray(word * values, (word + 1) * values);
      expect(Math.abs(filter.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-3);
    }
    expect(result.filters.every(Number.isFinite)).toBe(true);
    expect(finish(learnDictionary(pixels, 16, 1)).result.filters).toEqual(result.filters);
  }, 30_000);

  it('refuses pictures that no patch fits into', () => {
    expect(() => learnDictionary(new Uint8Array(75), 5, 1).next()).toThrow('do not fit');
  });
});
