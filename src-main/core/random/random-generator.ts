/**
 * The one source of randomness: seeded, and its state can be written down as plain numbers and taken up again, so that a
 * run which was killed goes on with the numbers that it would have drawn.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

export interface RandomGenerator {
  /** Uniform over the integers 0 .. 2^32 - 1. */
  uint32(): number;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal, N(0, 1). */
  normal(): number;
  /** Uniform over the integers 0 .. count - 1, without modulo bias. Throws RangeError unless count is an integer from 1. */
  integer(count: number): number;
  /** The state between two draws: four 32-bit integers, for `restoreRandom`. */
  state(): readonly number[];
}

/** A generator whose whole sequence is decided by `seed`, an unsigned 32-bit integer. */
export function createRandom(seed: number): RandomGenerator {
  return wrap(xoroshiro128plusFromState(spread(seed)));
}

/** Goes on where `state` was taken. Throws RangeError if it is not the state of a generator. */
export function restoreRandom(state: readonly number[]): RandomGenerator {
  if (state.length !== 4 || state.some((word) => !Number.isInteger(word))) {
    throw new RangeError(`A generator's state is four integers, not [${state.join(', ')}].`);
  }
  return wrap(xoroshiro128plusFromState(state));
}

/**
 * A seed for one purpose, so that two uses of one run's seed never draw the same sequence.
 *
 * `purpose` is any text or number, for example 'masks' or an epoch's index. Returns an unsigned 32-bit integer.
 */
export function deriveSeed(seed: number, purpose: string | number): number {
  let hash = mix(seed >>> 0);
  for (const character of `${purpose}`) hash = mix(Math.imul(hash, 31) + (character.codePointAt(0) ?? 0));
  return hash;
}

type Source = ReturnType<typeof xoroshiro128plusFromState>;

function wrap(source: Source): RandomGenerator {
  return {
    uint32: () => source.next() >>> 0,
    uniform: () => uniformFloat64(source),
    normal: () => drawNormal(source),
    integer: (count) => drawInteger(source, count),
    state: () => [...source.getState()],
  };
}

function drawInteger(source: Source, count: number): number {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`Cannot draw one of ${count} integers.`);
  return uniformInt(source, 0, count - 1);
}

/** Box-Muller. The second value of the pair is thrown away: keeping it would make the state more than the generator's. */
function drawNormal(source: Source): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(source)));
  return radius * Math.cos(2 * Math.PI * uniformFloat64(source));
}

/** Four well-mixed words: neighbouring seeds put straight into the state would give neighbouring first draws. */
function spread(seed: number): number[] {
  return [1, 2, 3, 4].map((index) => mix((seed >>> 0) + Math.imul(index, 0x9e3779b9)) | 0);
}

/** The finaliser of MurmurHash3: every input bit changes every output bit with probability close to a half. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
