import { throwIfCancelled } from '../../src-main/core/errors.ts';
import type { Ranker } from '../../src-main/training/score-run.ts';

/**
 * Stands in for the real ranking, which takes seconds: suspicion is the largest other logit minus the label's. Yields
 * between samples as the real one does, and is cancelled like it.
 */
export const rankByMargin: Ranker = async ({ givenLabels, classCount, startLogits, trusted, signal }) => {
  const isTrusted = new Set(trusted);
  const suspicion = new Float32Array(givenLabels.length);
  const suggested = new Int16Array(givenLabels.length);
  for (const [sample, label] of givenLabels.entries()) {
    if (sample % 10 === 0) await new Promise(setImmediate);
    throwIfCancelled(signal);
    const row = [...startLogits.subarray(sample * classCount, (sample + 1) * classCount)];
    const others = row.map((logit, c) => (c === label ? Number.NEGATIVE_INFINITY : logit));
    suggested[sample] = others.indexOf(Math.max(...others));
    suspicion[sample] = isTrusted.has(sample) ? Number.NaN : Math.max(...others) - (row[label] ?? 0);
  }
  return { suspicion, suggested, suggestedProbability: new Float32Array(givenLabels.length) };
};
