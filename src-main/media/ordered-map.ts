/** Runs an asynchronous function over many items, several at a time, and hands the results out in order. */
import { availableParallelism } from 'node:os';
import { throwIfCancelled } from '../core/errors.ts';

/**
 * How many images are worked on at a time. More than there are cores: while libvips' threads compute, the next files are
 * being read.
 */
export const imageConcurrency = 2 * Math.max(4, availableParallelism());

/**
 * Yields `work(item, index)` for each item in the order of the items; at most `concurrency` calls run ahead of the consumer.
 *
 * Rejects as the first failing call (in order) did; calls under way are waited for, so that nothing runs on behind the
 * caller's back. Cancelling stops the start of further calls.
 */
export async function* mapInOrder<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item, index: number) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  let nextIndex = 0;
  try {
    while (nextIndex < items.length || underWay.length > 0) {
      throwIfCancelled(signal);
      while (underWay.length < concurrency && nextIndex < items.length) {
        underWay.push(started(items, nextIndex, work));
        nextIndex += 1;
      }
      const first = underWay.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}

function started<Item, Result>(
  items: readonly Item[],
  index: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result> {
  const item = items[index];
  if (item === undefined) throw new Error(`No item at ${index}`);
  const promise = work(item, index);
  // A failure is reported when its turn comes; until then it must not count as unhandled.
  promise.catch(() => undefined);
  return promise;
}
