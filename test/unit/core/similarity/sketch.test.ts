import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import { findNearPairs, usualLimits, type PictureHashes } from '../../../../src-main/core/similarity/near-pairs.ts';
import { placePoints, toUnitSquare } from '../../../../src-main/core/similarity/place-points.ts';
import { isInPolygon } from '../../../../src-main/core/similarity/polygon.ts';
import {
  createProjection,
  emptySketch,
  hammingDistance,
  meanOf,
  sketchCosine,
  sketchSize,
} from '../../../../src-main/core/similarity/sketch.ts';

const dimensions = 512;
const random = createRandom(5);

function randomVector(): Float32Array {
  return Float32Array.from({ length: dimensions }, () => random.normal());
}

/** A vector whose cosine with `vector` is about `cosine`. */
function near(vector: Float32Array, cosine: number): Float32Array {
  const noise = randomVector();
  return vector.map((value, d) => cosine * value + Math.sqrt(1 - cosine ** 2) * (noise[d] ?? 0));
}

function cosineOf(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, d) => sum + value * (y[d] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function sketchOf(vectors: readonly Float32Array[]) {
  const sketch = emptySketch(vectors.length);
  const write = createProjection(new Float32Array(dimensions), 7);
  vectors.forEach((vector, place) => write(vector, place, sketch));
  return sketch;
}

describe('a sketch', () => {
  it('keeps large cosines, whatever the length of the vectors', () => {
    const vectors = Array.from({ length: 40 }, randomVector);
    const twins = vectors.map((vector) => near(vector, 0.97).map((value) => 3 * value));
    const sketch = sketchOf([...vectors, ...twins]);
    const errors = vectors.map((vector, place) =>
      Math.abs(sketchCosine(sketch, place, 40 + place) - cosineOf(vector, twins[place] ?? vector)),
    );
    expect(Math.max(...errors)).toBeLessThan(0.03);
    expect(errors.reduce((sum, error) => sum + error, 0) / 40).toBeLessThan(0.01);
    expect(Math.abs(sketchCosine(sketch, 0, 1))).toBeLessThan(0.5);
  });

  it('subtracts the mean first', () => {
    const shift = new Float32Array(dimensions).fill(10);
    const [one, other] = [randomVector(), randomVector()].map((vector) =>
      vector.map((value, d) => value + (shift[d] ?? 0)),
    );
    if (!one || !other) throw new Error('Two vectors were made.');
    expect(cosineOf(one, other)).toBeGreaterThan(0.9);
    const sketch = emptySketch(2);
    const write = createProjection(shift, 1);
    write(one, 0, sketch);
    write(other, 1, sketch);
    expect(Math.abs(sketchCosine(sketch, 0, 1))).toBeLessThan(0.4);
    expect(meanOf([Float32Array.of(1, 2), Float32Array.of(3, 6)])).toEqual(Float32Array.of(2, 4));
  });

  it('counts differing bits', () => {
    const bits = Uint32Array.of(0b1011, 0xffffffff, 0b0110, 0);
    expect(hammingDistance(bits, 2, 0, 1)).toBe(3 + 32);
    expect(hammingDistance(bits, 2, 1, 1)).toBe(0);
  });
});

describe('near pairs', () => {
  it('finds planted ones by their vectors, and no others', () => {
    const vectors = Array.from({ length: 300 }, randomVector);
    const planted = Array.from({ length: 30 }, (_, pair) => near(vectors[pair] ?? randomVector(), 0.99));
    const pairs = findNearPairs(sketchOf([...vectors, ...planted]), null, usualLimits);
    expect(pairs.every(({ a, b }) => b - a === 300)).toBe(true);
    expect(pairs.length).toBeGreaterThanOrEqual(28);
    expect(pairs.every(({ similarity }) => similarity >= usualLimits.cosine && similarity <= 1)).toBe(true);
  });

  it('passes over images without a vector', () => {
    const sketch = sketchOf([randomVector(), randomVector()]);
    const withGap = {
      ...sketch,
      count: 4,
      coordinates: new Float32Array(4 * sketchSize),
      signatures: new Uint32Array(16),
    };
    withGap.coordinates.set(sketch.coordinates);
    withGap.signatures.set(sketch.signatures);
    expect(findNearPairs(withGap, null, usualLimits)).toEqual([]);
  });

  it('finds ones by their pictures: hashes four bits apart whose small pictures agree', () => {
    const pictures: PictureHashes = {
      hashes: Uint32Array.of(0x12345678, 0x9abcdef0, 0x12345678 ^ 0b10100001, 0x9abcdef1, 0x12345678, 0x9abcdef0, 0, 0),
      thumbs: new Uint8Array(4 * 256).fill(100),
      isTelling: Uint8Array.of(1, 1, 1, 0),
    };
    pictures.thumbs.fill(140, 2 * 256, 3 * 256);
    const pairs = findNearPairs(null, pictures, usualLimits);
    // The third has the hash of the first, but looks different.
    expect(pairs).toEqual([{ a: 0, b: 1, similarity: 1 }]);
  });

  it('says how far it is', () => {
    const shares: number[] = [];
    findNearPairs(sketchOf([randomVector()]), null, usualLimits, (share) => shares.push(share));
    expect(shares).toHaveLength(10);
    expect(shares.at(-1)).toBe(1);
  });
});

describe('the map', () => {
  it('puts a point beside the landmark it is like', () => {
    const [a, b] = [randomVector(), randomVector()];
    const others = Array.from({ length: 6 }, randomVector);
    const sketch = sketchOf([a, b, ...others, near(a, 0.98)]);
    const layout = Float32Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? at : -at));
    const points = placePoints(sketch.coordinates, Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7]), layout);
    expect([...points.subarray(0, 16)]).toEqual([...layout]);
    expect(Math.hypot(points[16] ?? 9, points[17] ?? 9)).toBeLessThan(1.4);
  });

  it('fills the unit square without distorting', () => {
    expect([...toUnitSquare(Float32Array.of(0, 0, 4, 2, 2, 1))]).toEqual([0, 0.25, 1, 0.75, 0.5, 0.5]);
    expect([...toUnitSquare(Float32Array.of(3, 3))].every(Number.isFinite)).toBe(true);
  });

  it('knows what is inside a shape, also a hollow one', () => {
    const shape = [0, 0, 4, 0, 4, 4, 2, 1, 0, 4];
    expect(isInPolygon(shape, 0.5, 1)).toBe(true);
    expect(isInPolygon(shape, 2, 3)).toBe(false);
    expect(isInPolygon(shape, 5, 1)).toBe(false);
    expect(isInPolygon(shape, Number.NaN, Number.NaN)).toBe(false);
    expect(isInPolygon([], 0, 0)).toBe(false);
  });
});
