import type { BatchFindings, BatchWeights } from './weighting-method.ts';
import { labelProbabilities } from './weighting-method.ts';

/** gamma of the paper's main results. */
const focus = 2;

/**
 * Focal loss: f_i = -(1 - p)^gamma log p with p the label's probability, gamma = 2; averaged over the batch.
 *
 * Lin, Goyal, Girshick, He and Dollar, "Focal Loss for Dense Object Detection", ICCV 2017. Its gradient is the cross-entropy's times
 * (1 - p)^gamma - gamma p (1 - p)^(gamma - 1) log p: an example's weight, which may pass 1 a little where p is small.
 */
export function focal(findings: BatchFindings): BatchWeights {
  const weights = labelProbabilities(findings).map((p) => focalFactor(p) / findings.size);
  return { weights, logitErrors: null };
}

function focalFactor(p: number): number {
  // p log p tends to 0 with p.
  const logTerm = p > 0 ? p * Math.log(p) : 0;
  return (1 - p) ** focus - focus * (1 - p) ** (focus - 1) * logTerm;
}
