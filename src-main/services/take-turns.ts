/** Long loops give the event loop back at regular intervals: nothing that answers the user waits for them. */
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../core/errors.ts';

/** Lets everything else that waits run first. */
export function yieldToOthers(): Promise<void> {
  return setImmediate();
}

/** Calls `visit` with [from, to) for consecutive stretches of 0 .. count - 1, and yields between them. */
export async function inStretches(
  count: number,
  stretch: number,
  visit: (from: number, to: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (let from = 0; from < count; from += stretch) {
    if (from > 0) await yieldToOthers();
    throwIfCancelled(signal);
    visit(from, Math.min(from + stretch, count));
  }
}
