/** Which samples go into which step: whole epochs for training, endless cycles for the trusted set. */
import type { RandomGenerator } from './random-generator.ts';
import { randomPermutation, shuffle } from './shuffle.ts';

/**
 * One epoch's batches: every sample exactly once, in a fresh random order.
 *
 * The sizes differ by one at most and never pass `batchSize`: a small rest would be a whole step steered by a handful of
 * samples. Returns positions 0 .. count - 1.
 */
export function epochBatches(count: number, batchSize: number, random: RandomGenerator): readonly Uint32Array[] {
  const order = randomPermutation(count, random);
  const batchCount = stepsPerEpoch(count, batchSize);
  return Array.from({ length: batchCount }, (_, index) =>
    order.subarray(Math.floor((index * count) / batchCount), Math.floor(((index + 1) * count) / batchCount)),
  );
}

/** Steps that one epoch takes. */
export function stepsPerEpoch(count: number, batchSize: number): number {
  return Math.ceil(count / batchSize);
}

/** Where a cycle is: its current order and how much of it was dealt. Plain numbers, for checkpoints. */
export interface CycleState {
  readonly order: readonly number[];
  readonly position: number;
}

/** Deals batches from one set for ever: permutation after permutation, so that every member is used equally often. */
export class CyclingSampler {
  readonly #random: RandomGenerator;
  readonly #order: Uint32Array;
  #position: number;

  /** `members` are dealt as they are; `state` goes on where another sampler stopped. */
  constructor(members: Uint32Array, random: RandomGenerator, state: CycleState | null = null) {
    this.#random = random;
    this.#order = Uint32Array.from(state?.order ?? members);
    this.#position = state?.position ?? this.#order.length;
  }

  /** The next `size` members, or all of them where there are fewer. No member appears twice in one batch. */
  next(size: number): Uint32Array {
    if (size >= this.#order.length) return this.#order;
    if (this.#position + size > this.#order.length) return this.#acrossTheSeam(size);
    this.#position += size;
    return this.#order.slice(this.#position - size, this.#position);
  }

  state(): CycleState {
    return { order: [...this.#order], position: this.#position };
  }

  /** Takes the rest of this permutation, shuffles, and fills up with members that the rest does not hold. */
  #acrossTheSeam(size: number): Uint32Array {
    const rest = this.#order.slice(this.#position);
    const held = new Set(rest);
    shuffle(this.#order, this.#random);
    const front = this.#order.filter((member) => !held.has(member)).subarray(0, size - rest.length);
    const taken = new Set(front);
    // The members just dealt move to the front, so that `position` alone says what is left of this permutation.
    const others = this.#order.filter((member) => !taken.has(member));
    this.#order.set(front);
    this.#order.set(others, front.length);
    this.#position = front.length;
    return Uint32Array.from([...rest, ...front]);
  }
}
