/**
 * The ranking of plain training, for comparison: what a run without a trusted set would have known (area under the margin,
 * Pleiss et al. 2020, on the mean logits).
 */
import { suggestLabels, type Suggestions } from './suggest-labels.ts';

/**
 * Suspicion is the largest other mean logit minus the given label's; the suggestions are the other classes by softmax of the mean logits. A
 * sample whose logits are NaN (it was never answered) has no suspicion and no suggestion (-1).
 *
 * @param input.logits float32 [N, K], means over the run's epochs.
 * @param input.givenLabels Class indices, [N].
 * @param input.trusted Sample indices; their suspicion is NaN: they are no suspects.
 */
export function rankByMargin(input: {
  readonly logits: Float32Array;
  readonly classCount: number;
  readonly givenLabels: Int32Array;
  readonly trusted: Uint32Array;
}): Suggestions & { suspicion: Float32Array } {
  const { logits, classCount, givenLabels, trusted } = input;
  const count = givenLabels.length;
  const suspicion = new Float32Array(count);
  for (const [sample, label] of givenLabels.entries()) {
    const start = sample * classCount;
    suspicion[sample] = logits[start + largestOther(logits, start, classCount, label)]! - logits[start + label]!;
  }
  for (const sample of trusted) suspicion[sample] = Number.NaN;
  const suggestions = suggestLabels(givenLabels, classCount, (sample, into) => {
    const start = sample * classCount;
    const largest = logits[start + largestOther(logits, start, classCount, givenLabels[sample]!)]!;
    for (let k = 0; k < classCount; k++) into[k] = Math.exp(logits[start + k]! - largest);
  });
  return { suspicion, ...suggestions };
}

function largestOther(logits: Float32Array, start: number, classCount: number, label: number): number {
  let best = label === 0 ? 1 : 0;
  for (let k = 0; k < classCount; k++) if (k !== label && logits[start + k]! > logits[start + best]!) best = k;
  return best;
}
