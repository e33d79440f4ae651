/** Sorting a run's samples into the ranked lists that are stored. Pure arithmetic on arrays; no SQL. */
import { orderByValue, type Pause } from '../core/ranking/order-by-value.ts';

/** Indices of the entries of `keys` that are numbers, smallest key first, equal ones by index. Infinite keys must be NaN. */
export async function ascendingOrder(keys: Float32Array, pause: Pause): Promise<Int32Array> {
  const order = await orderByValue(keys, pause);
  let count = 0;
  for (let index = 0; index < keys.length; index += 1) if (!Number.isNaN(keys[index])) count += 1;
  return order.subarray(0, count);
}

/** One class's part of a list. */
export interface ClassList {
  readonly classId: number;
  readonly indices: Int32Array;
}

/** The same indices by class, smallest class first, in their old order within a class. */
export function groupedByClass(order: Int32Array, classOf: Uint16Array): readonly ClassList[] {
  let largestClass = 0;
  for (const classId of classOf) largestClass = Math.max(largestClass, classId);
  const sizes = new Uint32Array(largestClass + 1);
  for (let place = 0; place < order.length; place += 1) sizes[classOf[order[place] ?? 0] ?? 0]! += 1;
  const grouped = new Int32Array(order.length);
  const nextPlace = new Uint32Array(sizes.length);
  const lists: ClassList[] = [];
  let start = 0;
  sizes.forEach((size, classId) => {
    if (size === 0) return;
    nextPlace[classId] = start;
    lists.push({ classId, indices: grouped.subarray(start, start + size) });
    start += size;
  });
  for (let place = 0; place < order.length; place += 1) {
    const index = order[place] ?? 0;
    grouped[nextPlace[classOf[index] ?? 0]!++] = index;
  }
  return lists;
}
