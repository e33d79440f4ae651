/** One step's visits as they are logged: the numbers that `core/glossary.md` defines. */
import type { LogitMeasures } from './measure-batch.ts';
import type { BatchFindings } from './weighting-method.ts';

/** [B] each, in the order of the batch. */
export interface BatchSignals {
  /** w_i B */
  readonly weight: Float64Array;
  /** u_i / mean |u| of the batch */
  readonly alignment: Float64Array;
  /** u_i / (|grad f_i| |v|) */
  readonly cosine: Float64Array;
  /** max(-alignment, 0) */
  readonly harm: Float64Array;
  readonly margin: Float64Array;
  readonly loss: Float64Array;
  readonly probability: Float64Array;
  readonly predicted: Int32Array;
}

export function batchSignals(
  findings: BatchFindings & LogitMeasures,
  weights: Float64Array,
  trustedGradientNorm: number,
): BatchSignals {
  const { size, classCount, labels, alignments } = findings;
  const meanSize = alignments.reduce((sum, u) => sum + Math.abs(u), 0) / size;
  const alignment = alignments.map((u) => (meanSize > 0 ? u / meanSize : 0));
  return {
    weight: weights.map((weight) => weight * size),
    alignment,
    cosine: alignments.map((u, index) => cosine(u, (findings.gradientNorms[index] ?? 0) * trustedGradientNorm)),
    harm: alignment.map((value) => Math.max(-value, 0)),
    margin: findings.margins,
    loss: findings.losses,
    probability: findings.losses.map(
      (_, index) => findings.probabilities[index * classCount + (labels[index] ?? 0)] ?? Number.NaN,
    ),
    predicted: findings.predicted,
  };
}

/** Clamped: approximate norms and rounding would lead outside [-1, 1]. */
function cosine(alignment: number, norms: number): number {
  return norms > 0 ? Math.min(1, Math.max(-1, alignment / norms)) : 0;
}
