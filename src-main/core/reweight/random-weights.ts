import type { MethodSetup, TrainingMethod } from './training-method.ts';
import { stateless } from './training-method.ts';
import { rectifyAndNormalise } from './weighting-method.ts';

/**
 * RANDOM: w_i = max(z_i, 0) / sum_j max(z_j, 0) with z ~ N(0, 1), drawn anew in every step.
 *
 * Ren et al. 2018, section 5: L2RW without its knowledge; what remains is the noise in the weights. A batch without any positive z
 * (one in 2^B) weighs nothing and is skipped, as with L2RW.
 */
export function createRandomWeights({ random }: Pick<MethodSetup, 'random'>): TrainingMethod {
  return stateless(({ size }) => ({
    weights: rectifyAndNormalise(Float64Array.from({ length: size }, () => random.normal())),
    logitErrors: null,
  }));
}
