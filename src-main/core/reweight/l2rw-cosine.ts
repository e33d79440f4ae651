import { rectifyAndNormalise } from './weighting-method.ts';
import type { BatchFindings, BatchWeights } from './weighting-method.ts';

/**
 * L2RW on directions: w_i = max(c_i, 0) / sum_j max(c_j, 0) with c_i = u_i / |grad f_i|.
 *
 * A deviation from the paper. There the size of u_i is mostly the size of grad f_i: what is learned weighs nothing, and a
 * wrong label with a chance positive u_i weighs most. |v| is the same for the whole batch and cancels. An example without
 * a gradient has no direction and weighs 0.
 */
export function l2rwCosine(findings: BatchFindings): BatchWeights {
  const directions = findings.alignments.map((alignment, index) => {
    const norm = findings.gradientNorms[index] ?? 0;
    return norm > 0 ? alignment / norm : 0;
  });
  return { weights: rectifyAndNormalise(directions), logitErrors: null };
}
