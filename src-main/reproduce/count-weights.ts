/** The histograms of figure 3: how the weights of right and of wrong labels are spread. */
import type { WeightCounts } from './cell-result.ts';
import type { Experiment } from './experiment.ts';

const weightBins = 20;
const weightEnd = 5;

/** `weights` [N]: means over the epoch that ended at `step`, NaN where the method left the image out. */
export function countWeights(
  { labels, trueLabels, trusted }: Pick<Experiment, 'labels' | 'trueLabels' | 'trusted'>,
  step: number,
  weights: Float32Array,
): WeightCounts {
  const isTrusted = new Set(trusted);
  const [right, wrong] = [new Array<number>(weightBins).fill(0), new Array<number>(weightBins).fill(0)];
  const known = weights.filter((weight) => !Number.isNaN(weight));
  const mean = known.reduce((sum, weight) => sum + weight, 0) / known.length;
  if (!(mean > 0)) return { step, right, wrong };
  weights.forEach((weight, sample) => {
    if (isTrusted.has(sample) || Number.isNaN(weight)) return;
    const bin = Math.min(weightBins - 1, Math.floor((weight / mean / weightEnd) * weightBins));
    (labels[sample] === trueLabels[sample] ? right : wrong)[bin]! += 1;
  });
  return { step, right, wrong };
}
