/**
 * Random numbers of the networks: initial parameters and dropout masks. Drawn in plain JavaScript and uploaded, so that the
 * same seed means the same numbers on every engine.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ParameterSpec } from './layer.ts';

const UINT32_RANGE = 2 ** 32;
const UINT16_RANGE = 2 ** 16;

/**
 * First values of every parameter, in the order of `specs`.
 *
 * Each parameter draws from its own stream, seeded by `seed` (unsigned 32-bit) and its name: adding a layer leaves the
 * values of the others alone.
 */
export function initialParameterValues(specs: readonly ParameterSpec[], seed: number): Float32Array[] {
  return specs.map((spec) => initialValues(spec, streamSeed(seed, spec.name)));
}

/**
 * Mask of inverted dropout: `size` values, each 0 with probability `rate` and 1 / (1 - rate) otherwise.
 *
 * The rate is rounded to a multiple of 1 / 65536, since one draw of 32 bits serves two values; the scale uses the rounded
 * rate, so that the mean stays exactly one.
 */
export function dropoutMask(size: number, rate: number, seed: number, name: string): Float32Array {
  const threshold = Math.round(rate * UINT16_RANGE);
  const kept = UINT16_RANGE / (UINT16_RANGE - threshold);
  const generator = xoroshiro128plus(streamSeed(seed, name));
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i += 2) {
    const bits = generator.next();
    mask[i] = bits >>> 16 < threshold ? 0 : kept;
    // A write behind the end of an odd-sized mask is ignored by the typed array.
    mask[i + 1] = (bits & 0xffff) < threshold ? 0 : kept;
  }
  return mask;
}

function initialValues(spec: ParameterSpec, seed: number): Float32Array {
  const size = spec.shape.reduce((product, length) => product * length, 1);
  switch (spec.initialiser) {
    case 'zeros':
      return new Float32Array(size);
    case 'ones':
      return new Float32Array(size).fill(1);
    case 'he-normal':
      return normalValues(size, Math.sqrt(2 / spec.fanIn), seed);
    case 'glorot-uniform':
      return uniformValues(size, Math.sqrt(6 / (spec.fanIn + spec.fanOut)), seed);
  }
}

/** N(0, deviation^2) by the Box-Muller transform, two values per pair of draws. */
function normalValues(size: number, deviation: number, seed: number): Float32Array {
  const draw = uniformGenerator(seed);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - draw()));
    const angle = 2 * Math.PI * draw();
    values[i] = radius * Math.cos(angle);
    values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** U(-limit, limit). */
function uniformValues(size: number, limit: number, seed: number): Float32Array {
  const draw = uniformGenerator(seed);
  return Float32Array.from({ length: size }, () => limit * (2 * draw() - 1));
}

/** Draws from [0, 1). */
function uniformGenerator(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / UINT32_RANGE;
}

/** FNV-1a over the name, started from the seed and finished by MurmurHash3's mixer so that neighbouring seeds differ. */
function streamSeed(seed: number, name: string): number {
  let hash = (seed ^ 0x811c9dc5) | 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
