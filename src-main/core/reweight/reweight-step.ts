/**
 * One step of Learning to Reweight (Ren et al. 2018, Algorithm 1) without second derivatives, in one of two forms.
 *
 *     trusted batch   forward, backward                 -> v = grad G
 *     train batch     forward                           -> logits z, activations
 *   tangents:
 *                     tangent along v                   -> z-dot
 *     host            u_i = sum_c (p_ic - y_ic) z-dot_ic; weights by the method
 *     train batch     backward of sum_i w_i f_i over the same activations; SGD step
 *   errors, where no example sees another and the method does not want z-dot:
 *                     errors of every example back      -> d_i at each layer
 *                     products of d_i with what v does  -> u_i
 *     host            weights by the method
 *     train batch     the kept d_i, scaled by w_i       -> gradient; SGD step
 *
 * Work: with a forward pass as 1 and a backward pass as 2, (3 M/B + 5) / 3 plain steps by tangents, (3 M/B + 4) / 3 by errors, and less where
 * weights are zero. README.md derives it.
 */
import { dispose, square, sum, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { CarriedErrors } from '../network/example-errors.ts';
import { disposeErrors } from '../network/example-errors.ts';
import type { ExampleErrors, Network, NetworkTrace } from '../network/network.ts';
import { disposeNetworkTrace } from '../network/network.ts';
import { pack } from '../network/pack.ts';
import { oneHotTargets, crossEntropyGradient } from '../network/softmax-cross-entropy.ts';
import type { BatchSignals } from './batch-signals.ts';
import { batchSignals } from './batch-signals.ts';
import type { Derivatives, LogitMeasures } from './measure-batch.ts';
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

export interface StepSettings extends SgdSettings {
  /** Whether the method looks at z-dot: then the step takes the form with tangents. */
  readonly wantsLogitTangents?: boolean;
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
  settings: StepSettings,
): Promise<StepResult> {
  const trusted = trustedGradient(network, state.parameters, input.trusted, input.trustedMaskSeed);
  const trace = network.forward(state.parameters, input.train.input, { mode: 'train', seed: input.trainMaskSeed });
  const errors = tidy(() => logitErrorsOf(trace, oneHotTargets(input.train.labels, network.classCount)));
  const pass = settings.wantsLogitTangents === true ? null : carryErrors(network, state, trace, errors);
  const packed = tidy(() => packFindings(network, state.parameters, trace, trusted, errors, pass));
  dispose([...trusted.gradient, trusted.logits, errors]);
  try {
    const values = Float32Array.from(await packed.data());
    const { findings, trustedLoss, trustedNorm } = unpack(values, network.classCount, input, pass !== null);
    const { weighted, result } = weighFindings(method, { findings, trustedLoss, trustedNorm });
    const isStill = result.isSkipped || !result.isFinite;
    const descent = { findings, ...weighted, pass };
    return { ...result, state: isStill ? state : descend(network, state, trace, descent, settings) };
  } finally {
    if (pass !== null) disposeErrors(pass.carried);
    disposeNetworkTrace(trace);
    packed.dispose();
  }
}

/** The form with errors: who uses them, and what the layers kept. */
export interface ErrorPass {
  readonly uses: ExampleErrors;
  readonly carried: CarriedErrors;
}

/** Null where the network cannot. */
export function carryErrors(
  { exampleErrors: uses }: Network,
  { parameters }: OptimiserState,
  trace: NetworkTrace,
  logitErrors: Tensor2D,
): ErrorPass | null {
  return uses === null ? null : { uses, carried: uses.carry(parameters, trace, logitErrors) };
}

/** p - y [B, K] */
export function logitErrorsOf({ logits }: NetworkTrace, targets: Tensor2D): Tensor2D {
  return crossEntropyGradient(logits, targets);
}

/** What a step's passes found, on the host. */
export interface StepFindings {
  readonly findings: BatchFindings & LogitMeasures & { readonly logits: Float32Array };
  readonly trustedLoss: number;
  /** |v| */
  readonly trustedNorm: number;
}

/** Asks the method, and says whether the step can be taken. */
export function weighFindings(
  method: WeightingMethod,
  { findings, trustedLoss, trustedNorm }: StepFindings,
): { readonly weighted: BatchWeights; readonly result: Omit<StepResult, 'state'> } {
  const weighted = method(findings);
  const { weights, logitErrors } = weighted;
  const trainingLoss = findings.losses.reduce((total, loss, i) => total + loss * (weights[i] ?? 0), 0);
  const squares = weights.reduce((total, weight) => total + weight * weight, 0);
  const sums = [trainingLoss, trustedLoss, squares];
  const isFinite = [sums, findings.losses, findings.alignments, logitErrors ?? []].every((numbers) =>
    numbers.every(Number.isFinite),
  );
  const result = {
    signals: batchSignals(findings, weights, trustedNorm),
    logits: findings.logits,
    ...{ trainingLoss, trustedLoss, isFinite, isSkipped: isFinite && squares === 0 },
    effectiveSampleSize: squares > 0 ? 1 / squares : 0,
  };
  return { weighted, result };
}

/** The derivatives along v and everything else that the host needs, in one tensor so that one read fetches it: see `unpack`. */
function packFindings(
  network: Network,
  parameters: readonly Tensor[],
  trace: NetworkTrace,
  trusted: TrustedGradient,
  logitErrors: Tensor2D,
  pass: ErrorPass | null,
): Tensor1D {
  const alongV =
    pass === null
      ? network.tangent(parameters, trace, trusted.gradient)
      : pass.uses.alignments(trace, pass.carried, trusted.gradient);
  const norms = network.exampleGradientNorms(parameters, trace, logitErrors, pass?.carried);
  return pack([trace.logits, alongV, norms, trusted.logits, sum(square(pack(trusted.gradient)))]);
}

/** Takes `packed` apart again: z [B, K], z-dot [B, K] or u [B], |grad f_i| [B], trusted z [M, K], |v|^2. */
function unpack(
  values: Float32Array,
  classCount: number,
  { train, trusted }: StepInput,
  hasAlignments: boolean,
): StepFindings {
  const [size, trustedSize] = [train.labels.length, trusted.labels.length];
  let start = 0;
  const take = (length: number): Float32Array => values.subarray(start, (start += length));
  const logits = take(size * classCount);
  const derivatives: Derivatives = hasAlignments
    ? { kind: 'alignments', alignments: take(size) }
    : { kind: 'tangents', logitTangents: take(size * classCount) };
  const gradientNorms = take(size);
  const trustedLosses = measureLogits(take(trustedSize * classCount), trusted.labels, classCount).losses;
  return {
    findings: { ...measureBatch({ labels: train.labels, classCount, logits, derivatives, gradientNorms }), logits },
    trustedLoss: trustedLosses.reduce((total, loss) => total + loss, 0) / trustedSize,
    trustedNorm: Math.sqrt(take(1)[0] ?? Number.NaN),
  };
}

/** The weighted gradient over the activations of `trace`, then the optimiser; disposes the old state. */
export function descend(
  network: Network,
  state: OptimiserState,
  trace: NetworkTrace,
  descent: BatchWeights & { readonly findings: BatchFindings; readonly pass: ErrorPass | null },
  settings: SgdSettings,
): OptimiserState {
  const gradients = weightedGradient(network, state, trace, descent);
  // Of this batch alone: the passes that find the weights never move a statistic.
  const statistics = network.moveStatistics(state.parameters, trace);
  const next = sgdStep(state, gradients, network.parameters, settings, statistics);
  dispose([...gradients, ...statistics.filter((tensor) => !state.parameters.includes(tensor))]);
  disposeOptimiserState(state);
  return next;
}

/** By the kept errors; with a backward pass where there are none, and where the method descends along errors of its own. */
function weightedGradient(
  network: Network,
  { parameters }: OptimiserState,
  trace: NetworkTrace,
  { findings, weights, logitErrors, pass }: Parameters<typeof descend>[3],
): Tensor[] {
  if (pass !== null && logitErrors === null) return pass.uses.weightedGradients(trace, pass.carried, weights);
  const { size, classCount } = findings;
  const errors = tensor2d(weightedErrors(findings, { weights, logitErrors }), [size, classCount]);
  const gradients = network.backward(parameters, trace, errors);
  errors.dispose();
  return gradients;
}

/** The method's own errors e_ic where it has them, otherwise w_i (p_ic - y_ic); [B, K] row-major. */
export function weightedErrors(findings: BatchFindings, { weights, logitErrors }: BatchWeights): Float32Array {
  if (logitErrors !== null) return Float32Array.from(logitErrors);
  const { classCount } = findings;
  return Float32Array.from(crossEntropyErrors(findings), (error, position) => {
    return error * (weights[Math.floor(position / classCount)] ?? 0);
  });
}
