import type { MethodSetup, TrainingMethod } from './training-method.ts';
import { createWeightingNet } from './weighting-net.ts';

/**
 * MW-Net: w_i = V(f_i) / B, where the net V learns from the trusted set which losses deserve weight.
 *
 * Shu, Xie, Yi, Zhao, Zhou, Xu and Meng, "Meta-Weight-Net: Learning an Explicit Mapping For Sample Weighting", NeurIPS 2019. A look-ahead step of
 * the network with these weights changes the trusted loss by dG/dV_i = -(rate / B) u_i; V takes a step of Adam down that, then
 * weighs. Unlike L2RW's, the weights do not sum to one.
 *
 * Deviation: u_i is measured where the network stands, not where the look-ahead step would end; the two differ by a term of
 * the order of the learning rate, and the difference saves a forward and a backward pass.
 */
export function createMwNet({ seed }: Pick<MethodSetup, 'seed'>): TrainingMethod {
  const net = createWeightingNet(seed);
  return {
    weigh({ size, losses, alignments }, { learningRate }) {
      net.descend(
        losses,
        alignments.map((u) => (-learningRate / size) * u),
      );
      return { weights: net.weights(losses).map((weight) => weight / size), logitErrors: null };
    },
    state: { ...net.state },
  };
}
