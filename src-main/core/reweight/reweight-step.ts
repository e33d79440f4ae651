/**
 * One step of Learning to Reweight (Ren et al. 2018, Algorithm 1) in three passes, without second derivatives.
 *
 *     trusted batch   forward, backward                 -> v = grad G
 *     train batch     forward                           -> logits z, activations
 *                     tangent along v                   -> z-dot
 *     host            u_i = sum_c (p_ic - y_ic) z-dot_ic; weights by the method
 *     train batch     backward of sum_i w_i f_i over the same activations; SGD step
 *
 * Work: with a forward pass as 1 and a backward pass as 2, (3 M/B + 1 + 2 + 2) / 3 plain steps. README.md derives it.
 */
import { concat1d, dispose, reshape, square, sum, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Network, NetworkTrace } from '../network/network.ts';
import { disposeNetworkTrace } from '../network/network.ts';
import { oneHotTargets, softmaxCrossEntropy } from '../network/softmax-cross-entropy.ts';
import type { BatchSignals } from './batch-signals.ts';
import { batchSignals } from './batch-signals.ts';
import { measureBatch, measureLogits } from './measure-batch.ts';
import type { OptimiserState, SgdSettings } from './sgd.ts';
import { disposeOptimiserState, sgdStep } from './sgd.ts';
import type { LabelledBatch, TrustedGradient } from './trusted-gradient.ts';
import { trustedGradient } from './trusted-gradient.ts';
import type { BatchFindings, BatchWeights, WeightingMethod } from './weighting-method.ts';
import { crossEntropyErrors } from './weighting-method.ts';

export interface StepInput {
  readonly train: LabelledBatch;
  readonly trusted: LabelledBatch;
  /** Seeds of the dropout masks; two, so that the trusted pass never decides what the real pass drops. */
  readonly trainMaskSeed: number;
  readonly trustedMaskSeed: number;
}

export interface StepResult {
  /** The new state; the very same object as before where the step was skipped or went wrong. */
  readonly state: OptimiserState;
  readonly signals: BatchSignals;
  /** Logits of the train batch as the step saw them, [B, K] row-major. */
  readonly logits: Float32Array;
  /** sum_i w_i f_i and G, nats. */
  readonly trainingLoss: number;
  readonly trustedLoss: number;
  /** 1 / sum_i w_i^2; 0 where the step was skipped. */
  readonly effectiveSampleSize: number;
  /** Every weight was zero: parameters, momenta and decay did nothing. */
  readonly isSkipped: boolean;
  /** False where a loss or an alignment was not finite: nothing was changed, and the run cannot go on. */
  readonly isFinite: boolean;
}

/**
 * One step from `state`, which it consumes: unless the result's state is the same object, the old tensors are disposed.
 *
 * Reads from the engine once. Inputs stay the caller's. Leaves no other tensors.
 */
export async function reweightStep(
  network: Network,
  state: OptimiserState,
  input: StepInput,
  method: WeightingMethod,
  settings: SgdSettings,
): Promise<StepResult> {
  const trusted = trustedGradient(network, state.parameters, input.trusted, input.trustedMaskSeed);
  const trace = network.forward(state.parameters, input.train.input, { mode: 'train', seed: input.trainMaskSeed });
  const packed = tidy(() => packFindings(network, state.parameters, trace, trusted, input.train.labels));
  dispose([...trusted.gradient, trusted.logits]);
  try {
    const { findings, trustedLoss, trustedNorm } = unpack(await packed.data(), network.classCount, input);
    const { weights, logitErrors } = method(findings);
    const trainingLoss = findings.losses.reduce((total, loss, i) => total + loss * (weights[i] ?? 0), 0);
    const squares = weights.reduce((total, weight) => total + weight * weight, 0);
    const sums = [trainingLoss, trustedLoss, squares];
    const isFinite = [sums, findings.losses, findings.alignments, logitErrors ?? []].every((numbers) =>
      numbers.every(Number.isFinite),
    );
    const isSkipped = isFinite && squares === 0;
    return {
      state:
        isSkipped || !isFinite ? state : descend(network, state, trace, { findings, weights, logitErrors }, settings),
      signals: batchSignals(findings, weights, trustedNorm),
      logits: findings.logits,
      trainingLoss,
      trustedLoss,
      effectiveSampleSize: squares > 0 ? 1 / squares : 0,
      isSkipped,
      isFinite,
    };
  } finally {
    disposeNetworkTrace(trace);
    packed.dispose();
  }
}

/** The tangent pass and everything else that the host needs, in one tensor so that one read fetches it: see `unpack`. */
function packFindings(
  network: Network,
  parameters: readonly Tensor[],
  trace: NetworkTrace,
  trusted: TrustedGradient,
  labels: Int32Array,
): Tensor1D {
  const logitTangents = network.tangent(parameters, trace, trusted.gradient);
  const { errors } = softmaxCrossEntropy(trace.logits, oneHotTargets(labels, network.classCount));
  const norms = network.exampleGradientNorms(parameters, trace, errors);
  const squaredNorms = trusted.gradient.map((part) => sum(square(part)));
  const parts = [trace.logits, logitTangents, norms, trusted.logits, ...squaredNorms];
  return concat1d(parts.map((part) => reshape<Rank.R1>(part, [part.size])));
}

/** Takes `packed` apart again: z [B, K], z-dot [B, K], |grad f_i| [B], trusted z [M, K], |v|^2 per parameter [P]. */
function unpack(values: Float32Array | Int32Array | Uint8Array, classCount: number, { train, trusted }: StepInput) {
  const numbers = Float32Array.from(values);
  const [size, trustedSize] = [train.labels.length, trusted.labels.length];
  const bounds = [0, size * classCount, size * classCount, size, trustedSize * classCount];
  const starts = bounds.map((_, index) => bounds.slice(0, index + 1).reduce((total, length) => total + length, 0));
  const [logits, logitTangents, gradientNorms, trustedLogits, squaredNorms] = starts.map((start, index) =>
    numbers.subarray(start, starts[index + 1]),
  );
  if (!logits || !logitTangents || !gradientNorms || !trustedLogits || !squaredNorms)
    throw new Error('Nothing was read.');
  const trustedLosses = measureLogits(trustedLogits, trusted.labels, classCount).losses;
  return {
    findings: { ...measureBatch({ labels: train.labels, classCount, logits, logitTangents, gradientNorms }), logits },
    trustedLoss: trustedLosses.reduce((total, loss) => total + loss, 0) / trustedSize,
    trustedNorm: Math.sqrt(squaredNorms.reduce((total, square) => total + square, 0)),
  };
}

/** Weighted backward pass over the activations of `trace`, then the optimiser; disposes the old state. */
function descend(
  network: Network,
  state: OptimiserState,
  trace: NetworkTrace,
  weighted: BatchWeights & { readonly findings: BatchFindings },
  settings: SgdSettings,
): OptimiserState {
  const { size, classCount } = weighted.findings;
  const errors = tensor2d(weightedErrors(weighted.findings, weighted), [size, classCount]);
  const gradients = network.backward(state.parameters, trace, errors);
  // Of this batch alone: the passes that find the weights never move a statistic.
  const statistics = network.moveStatistics(state.parameters, trace);
  const next = sgdStep(state, gradients, network.parameters, settings, statistics);
  dispose([errors, ...gradients, ...statistics.filter((tensor) => !state.parameters.includes(tensor))]);
  disposeOptimiserState(state);
  return next;
}

/** The method's own errors e_ic where it has them, otherwise w_i (p_ic - y_ic); [B, K] row-major. */
export function weightedErrors(findings: BatchFindings, { weights, logitErrors }: BatchWeights): Float32Array {
  if (logitErrors !== null) return Float32Array.from(logitErrors);
  const { classCount } = findings;
  return Float32Array.from(crossEntropyErrors(findings), (error, position) => {
    return error * (weights[Math.floor(position / classCount)] ?? 0);
  });
}
