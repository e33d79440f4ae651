/**
 * From what the passes computed to what is recorded: softmax, losses, margins and alignments of one batch, in double
 * precision on plain arrays, so that no engine's rounding of a small sum decides a weight.
 */
import type { BatchFindings } from './weighting-method.ts';

/** Values that follow from the logits alone, per example; [B] unless said otherwise. */
export interface LogitMeasures {
  /** [B, K] */
  readonly probabilities: Float64Array;
  readonly losses: Float64Array;
  /** Logit of the label minus the largest other logit. */
  readonly margins: Float64Array;
  /** Class index of the largest logit; the first of equals. */
  readonly predicted: Int32Array;
}

/** What the passes found along v: z-dot [B, K], or u [B] itself. */
export type Derivatives =
  | { readonly kind: 'tangents'; readonly logitTangents: Float32Array }
  | { readonly kind: 'alignments'; readonly alignments: Float32Array };

/** What the passes left, read back from the engine. Arrays of [B, K] are row-major. */
export interface PassResults {
  readonly labels: Int32Array;
  readonly classCount: number;
  readonly logits: Float32Array;
  readonly derivatives: Derivatives;
  readonly gradientNorms: Float32Array;
}

/**
 * f = log(sum_c exp z_c) - z_y and p_c = exp(z_c) / sum_c exp z_c, each shifted by the largest logit so that no exponential
 * overflows. `logits` is [B, K] row-major, `labels` [B].
 */
export function measureLogits(logits: Float32Array, labels: Int32Array, classCount: number): LogitMeasures {
  const size = labels.length;
  const probabilities = new Float64Array(size * classCount);
  const losses = new Float64Array(size);
  const margins = new Float64Array(size);
  const predicted = new Int32Array(size);
  for (let index = 0; index < size; index++) {
    const start = index * classCount;
    const end = start + classCount;
    const label = start + labels[index]!;
    const best = largest(logits, start, end, -1);
    const shift = logits[best]!;
    let sum = 0;
    for (let c = start; c < end; c++) {
      probabilities[c] = Math.exp(logits[c]! - shift);
      sum += probabilities[c]!;
    }
    for (let c = start; c < end; c++) probabilities[c]! /= sum;
    losses[index] = Math.log(sum) + shift - logits[label]!;
    margins[index] = logits[label]! - logits[largest(logits, start, end, label)]!;
    predicted[index] = best - start;
  }
  return { probabilities, losses, margins, predicted };
}

/** Adds u_i, and z-dot where the passes found it. */
export function measureBatch(results: PassResults): BatchFindings & LogitMeasures {
  const { labels, classCount, derivatives } = results;
  const measures = measureLogits(results.logits, labels, classCount);
  const logitTangents = derivatives.kind === 'tangents' ? Float64Array.from(derivatives.logitTangents) : null;
  return {
    ...measures,
    size: labels.length,
    classCount,
    labels,
    logitTangents,
    alignments:
      derivatives.kind === 'tangents'
        ? alignmentsFrom(results, measures, derivatives.logitTangents)
        : Float64Array.from(derivatives.alignments),
    gradientNorms: Float64Array.from(results.gradientNorms),
  };
}

/** u_i = sum_c (p_ic - y_ic) z-dot_ic: the derivative of f_i along v, since grad_z f = p - y. */
function alignmentsFrom(
  { labels, classCount }: PassResults,
  { probabilities }: LogitMeasures,
  logitTangents: Float32Array,
): Float64Array {
  return Float64Array.from(labels, (label, index) => {
    const start = index * classCount;
    let alignment = -(logitTangents[start + label] ?? Number.NaN);
    for (let c = start; c < start + classCount; c++) {
      alignment += (probabilities[c] ?? Number.NaN) * (logitTangents[c] ?? Number.NaN);
    }
    return alignment;
  });
}

/** Index of the largest entry from `start` to before `end`, `except` left out. */
function largest(values: Float32Array, start: number, end: number, except: number): number {
  let best = except === start ? start + 1 : start;
  for (let index = best + 1; index < end; index++) {
    if (index !== except && values[index]! > values[best]!) best = index;
  }
  return best;
}
