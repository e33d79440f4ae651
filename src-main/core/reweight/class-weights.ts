/** Weights that depend on nothing but the class of the label. */
import type { MethodSetup, TrainingMethod } from './training-method.ts';
import { stateless } from './training-method.ts';
import { rectifyAndNormalise } from './weighting-method.ts';

/**
 * w_i = a_{y_i} / sum_j a_{y_j}, for one factor a_c >= 0 per class, [K].
 *
 * The weights of a batch sum to one. The binary code released with the L2RW paper leaves that out, so that there the learning
 * rate depends on the imbalance.
 */
export function createClassWeights(factors: Float64Array): TrainingMethod {
  return stateless(({ labels }) => ({
    weights: rectifyAndNormalise(Float64Array.from(labels, (label) => factors[label] ?? 0)),
    logitErrors: null,
  }));
}

/** PROPORTION: a_c = 1 / N_c, so that all classes weigh the same over an epoch. Ren et al. 2018, section 5.1. */
export function createProportion({
  classSizes,
  classFactors,
}: Pick<MethodSetup, 'classSizes' | 'classFactors'>): TrainingMethod {
  return createClassWeights(classFactors ?? Float64Array.from(classSizes, (size) => (size > 0 ? 1 / size : 0)));
}

/**
 * WEIGHTED, the oracle of Ren et al. 2018, section 5.2, for background noise of which everything is known: the factors a_b = pi / (rho + (1 - rho) pi),
 * the share of clean labels in the background class b, and 1 for the others, [K]. Handed to `proportion` as `classFactors`.
 *
 * `noiseShare` is rho, the share of all samples that were given the label b; `cleanPrior` is pi, the class's share before that.
 * CIFAR-10 at 40 %: 0.217. For experiments only: no run of a user knows these numbers, so no name in the settings leads here.
 */
export function backgroundOracle(
  background: number,
  { classCount, noiseShare, cleanPrior }: { classCount: number; noiseShare: number; cleanPrior: number },
): Float64Array {
  const cleanShare = cleanPrior / (noiseShare + (1 - noiseShare) * cleanPrior);
  return Float64Array.from({ length: classCount }, (_, c) => (c === background ? cleanShare : 1));
}
