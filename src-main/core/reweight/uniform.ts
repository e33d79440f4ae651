import type { BatchFindings, BatchWeights } from './weighting-method.ts';

/** Plain training, w_i = 1 / B. The alignments are found and logged all the same ("monitor"), but decide nothing. */
export function uniform(findings: BatchFindings): BatchWeights {
  return { weights: new Float64Array(findings.size).fill(1 / findings.size), logitErrors: null };
}
