/**
 * Random numbers of the networks: initial parameters and dropout masks. Drawn in plain JavaScript and uploaded, so that the
 * same seed means the same numbers on every engine.
 */
import { createRandom, deriveSeed } from '../random/random-generator.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import type { ParameterSpec } from './layer.ts';

const UINT16_RANGE = 2 ** 16;

/**
 * First values of every parameter, in the order of `specs`.
 *
 * Each parameter draws from its own stream, seeded by `seed` (unsigned 32-bit) and its name: adding a layer leaves the
 * values of the others alone.
 */
export function initialParameterValues(specs: readonly ParameterSpec[], seed: number): Float32Array[] {
  return specs.map((spec) => initialValues(spec, createRandom(deriveSeed(seed, spec.name))));
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
  const random = createRandom(deriveSeed(seed, name));
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i += 2) {
    const bits = random.uint32();
    mask[i] = kept * isAtLeast(bits >>> 16, threshold);
    // A write behind the end of an odd-sized mask is ignored by the typed array.
    mask[i + 1] = kept * isAtLeast(bits & 0xffff, threshold);
  }
  return mask;
}

/** 1 or 0, by the sign of the difference: a branch that goes either way at random costs more than all the rest. Whole numbers below 2^31. */
function isAtLeast(value: number, threshold: number): number {
  return (threshold - 1 - value) >>> 31;
}

function initialValues(spec: ParameterSpec, random: RandomGenerator): Float32Array {
  const size = spec.shape.reduce((product, length) => product * length, 1);
  switch (spec.initialiser) {
    case 'zeros':
      return new Float32Array(size);
    case 'ones':
      return new Float32Array(size).fill(1);
    case 'he-normal':
      return drawn(size, Math.sqrt(2 / spec.fanIn), () => random.normal());
    case 'glorot-uniform':
      return drawn(size, Math.sqrt(6 / (spec.fanIn + spec.fanOut)), () => 2 * random.uniform() - 1);
  }
}

function drawn(size: number, scale: number, draw: () => number): Float32Array {
  return Float32Array.from({ length: size }, () => scale * draw());
}
