import type { BatchFindings, BatchWeights } from './weighting-method.ts';

/**
 * HARD MINING: of every class the k examples of highest loss share the weight; k is the size of the batch's smallest class.
 *
 * Ren et al. 2018, section 5.1, for two classes: all k examples of the minority and the k hardest of the majority. A class that the batch
 * lacks does not count, so k >= 1. The losses are the examples' own; the released code ranks by a loss that is already a mean,
 * which is ranking by position. Wants large batches (500 in the paper), or a rare class is in few of them. Among
 * equal losses the first example wins.
 */
export function hardMining({ size, classCount, labels, losses }: BatchFindings): BatchWeights {
  const members = Array.from({ length: classCount }, (): number[] => []);
  labels.forEach((label, index) => members[label]?.push(index));
  const present = members.filter((indices) => indices.length > 0);
  const kept = Math.min(...present.map((indices) => indices.length));
  const weights = new Float64Array(size);
  for (const indices of present) {
    const hardest = indices.toSorted((a, b) => (losses[b] ?? 0) - (losses[a] ?? 0)).slice(0, kept);
    for (const index of hardest) weights[index] = 1 / (kept * present.length);
  }
  return { weights, logitErrors: null };
}
