import { rectifyAndNormalise } from './weighting-method.ts';
import type { BatchFindings, BatchWeights } from './weighting-method.ts';

/**
 * L2RW as published: w_i = max(u_i, 0) / sum_j max(u_j, 0).
 *
 * Ren, Zeng, Yang, Urtasun, "Learning to Reweight Examples for Robust Deep Learning", ICML 2018, Algorithm 1 and equations
 * 7 to 9. The paper's u_i is eta alpha <grad f_i, v>; both step sizes are positive and cancel in the quotient.
 */
export function l2rwSigned(findings: BatchFindings): BatchWeights {
  return { weights: rectifyAndNormalise(findings.alignments), logitErrors: null };
}
