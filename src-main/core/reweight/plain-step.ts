import { div, tidy } from '@tensorflow/tfjs-core';
import type { Network } from '../network/network.ts';
import { disposeNetworkTrace } from '../network/network.ts';
import { oneHotTargets, crossEntropyGradient } from '../network/softmax-cross-entropy.ts';
import type { OptimiserState, SgdSettings } from './sgd.ts';
import { disposeOptimiserState, sgdStep } from './sgd.ts';
import type { LabelledBatch } from './trusted-gradient.ts';

/**
 * One step of plain training on the mean loss: no trusted batch, no signals, nothing read back.
 *
 * What a step of Learning to Reweight is measured against. Consumes `state`; the caller owns the result.
 */
export function plainStep(
  network: Network,
  state: OptimiserState,
  batch: LabelledBatch,
  maskSeed: number,
  settings: SgdSettings,
): OptimiserState {
  const next = tidy(() => {
    const trace = network.forward(state.parameters, batch.input, { mode: 'train', seed: maskSeed });
    const errors = crossEntropyGradient(trace.logits, oneHotTargets(batch.labels, network.classCount));
    const gradients = network.backward(state.parameters, trace, div(errors, batch.labels.length));
    const statistics = network.moveStatistics(state.parameters, trace);
    disposeNetworkTrace(trace);
    const { parameters, momenta } = sgdStep(state, gradients, network.parameters, settings, statistics);
    return { parameters: [...parameters], momenta: [...momenta] };
  });
  disposeOptimiserState(state);
  return next;
}
