/** A run's estimate of which labels were mistaken for which, as the pages see it. */
import type { NoiseMatrix } from '../contract/payloads.ts';
import type { RunView } from './run-view.ts';

/** Null where the run's ranking gives no estimate. */
export function describeNoise({ run, scores }: RunView): NoiseMatrix | null {
  const { noise } = scores;
  if (noise === null) return null;
  const { id: runId, classIds } = run;
  return {
    ...{ runId, classIds },
    probabilities: rowsOf(noise.transition, classIds.length),
    expectedCounts: rowsOf(noise.expectedCounts, classIds.length),
    estimatedErrors: noise.errorCount,
  };
}

function rowsOf(matrix: Float64Array, size: number): number[][] {
  return Array.from({ length: size }, (_, row) => [...matrix.subarray(row * size, (row + 1) * size)]);
}
