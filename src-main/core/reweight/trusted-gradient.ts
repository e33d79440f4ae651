/** The gradient of the mean loss over a trusted batch: what every example of the noisy batch is held against. */
import { div, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Network } from '../network/network.ts';
import { disposeNetworkTrace } from '../network/network.ts';
import { oneHotTargets, crossEntropyGradient } from '../network/softmax-cross-entropy.ts';

/** Inputs of one batch, [B, ...inputShape], and the class index of each example, [B]. The tensor stays its owner's. */
export interface LabelledBatch {
  readonly input: Tensor;
  readonly labels: Int32Array;
}

export interface TrustedGradient {
  /** v = grad G, one tensor per parameter. */
  readonly gradient: readonly Tensor[];
  /** [M, K] */
  readonly logits: Tensor2D;
}

/**
 * v = grad G with G = (1/M) sum_j f_j over the trusted batch, at the current parameters.
 *
 * Weight decay is no part of G: with it u_i would be <grad f_i, v + lambda theta>, and once v is small the decay alone would
 * decide the weights (the authors' released code has that leak). `maskSeed` draws this pass's own dropout masks, `firstRow` is
 * where the batch begins in the whole one. The caller disposes everything returned.
 */
export function trustedGradient(
  network: Network,
  parameters: readonly Tensor[],
  batch: LabelledBatch,
  maskSeed: number,
  firstRow = 0,
): TrustedGradient {
  return tidy(() => {
    const trace = network.forward(parameters, batch.input, { mode: 'train', seed: maskSeed, firstRow });
    const errors = crossEntropyGradient(trace.logits, oneHotTargets(batch.labels, network.classCount));
    const gradient = network.backward(parameters, trace, div(errors, batch.labels.length));
    const logits = trace.logits.clone();
    disposeNetworkTrace(trace);
    return { gradient, logits };
  });
}
