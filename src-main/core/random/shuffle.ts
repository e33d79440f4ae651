/** Random orders from a seeded generator. */
import type { RandomGenerator } from './random-generator.ts';

/** A random order of the integers 0 .. count - 1 (Fisher-Yates: every order is equally likely). */
export function randomPermutation(count: number, random: RandomGenerator): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  shuffle(order, random);
  return order;
}

/** Shuffles in place (Fisher-Yates). */
export function shuffle<T>(values: { readonly length: number; [index: number]: T }, random: RandomGenerator): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const moved = values[last] as T;
    values[last] = values[other] as T;
    values[other] = moved;
  }
}
