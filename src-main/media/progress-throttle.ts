/** Keeps progress reports down to what a person can see. */
import type { LongCallOptions } from '../services/ports/long-calls.ts';

const reportIntervalMs = 100;

/**
 * A function that reports `done` of `total` at most ten times a second, and always when the two are equal.
 */
export function throttledProgress(
  stage: string,
  total: number | null,
  options: LongCallOptions | undefined,
): (done: number) => void {
  const report = options?.onProgress;
  if (report === undefined) return () => undefined;
  let lastMs = -Infinity;
  return (done) => {
    const nowMs = performance.now();
    if (done !== total && nowMs - lastMs < reportIntervalMs) return;
    lastMs = nowMs;
    report({ stage, done, total });
  };
}
