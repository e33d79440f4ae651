/**
 * One step of a method that does not learn from the trusted set, and of which nobody wants to know what the trusted set thinks: a forward and a
 * backward pass, 3 where the monitored step is 4 + 3 M/B. For experiments, which compare accuracies alone.
 */
import { tidy } from '@tensorflow/tfjs-core';
import { disposeErrors } from '../network/example-errors.ts';
import type { Network, NetworkTrace } from '../network/network.ts';
import { disposeNetworkTrace } from '../network/network.ts';
import { oneHotTargets } from '../network/softmax-cross-entropy.ts';
import { measureBatch } from './measure-batch.ts';
import type { StepInput, StepResult } from './reweight-step.ts';
import { carryErrors, descend, logitErrorsOf, weighFindings } from './reweight-step.ts';
import type { OptimiserState, SgdSettings } from './sgd.ts';
import type { WeightingMethod } from './weighting-method.ts';

/**
 * As `reweightStep`: consumes `state`, leaves no other tensors. Alignments, cosines and harms are 0 in the result, and the trusted loss is NaN: they
 * were not looked at. Parameters are those of the monitored step but for rounding.
 */
export async function unguidedStep(
  network: Network,
  state: OptimiserState,
  { train, trainMaskSeed }: Pick<StepInput, 'train' | 'trainMaskSeed'>,
  method: WeightingMethod,
  settings: SgdSettings,
): Promise<StepResult> {
  const trace = network.forward(state.parameters, train.input, { mode: 'train', seed: trainMaskSeed });
  try {
    const { classCount } = network;
    const size = train.labels.length;
    const logits = Float32Array.from(await trace.logits.data());
    const unknown = new Float32Array(size);
    const derivatives = { kind: 'alignments', alignments: unknown } as const;
    const measured = measureBatch({ labels: train.labels, classCount, logits, derivatives, gradientNorms: unknown });
    const findings = { ...measured, logits };
    const { weighted, result } = weighFindings(method, { findings, trustedLoss: 0, trustedNorm: 0 });
    const unmonitored = { ...result, trustedLoss: Number.NaN };
    if (result.isSkipped || !result.isFinite) return { ...unmonitored, state };
    const pass = weighted.logitErrors === null ? carryOwnErrors(network, state, trace, train.labels) : null;
    try {
      return { ...unmonitored, state: descend(network, state, trace, { findings, ...weighted, pass }, settings) };
    } finally {
      if (pass !== null) disposeErrors(pass.carried);
    }
  } finally {
    disposeNetworkTrace(trace);
  }
}

/** So that gradients are made of the examples alone whose weight is not zero. */
function carryOwnErrors(
  network: Network,
  state: OptimiserState,
  trace: NetworkTrace,
  labels: Int32Array,
): ReturnType<typeof carryErrors> {
  const errors = tidy(() => logitErrorsOf(trace, oneHotTargets(labels, network.classCount)));
  const pass = carryErrors(network, state, trace, errors);
  errors.dispose();
  return pass;
}
