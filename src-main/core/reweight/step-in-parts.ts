/**
 * The step of `reweight-step.ts` for batches whose activations do not fit the memory: no more than `partSize` examples pass the network at once.
 *
 *     trusted parts   forward, backward              -> v = sum over parts of (m_part / M) grad G_part
 *     train parts     forward, tangent along v       -> z, z-dot; the activations go
 *     host            weights of the whole batch by the method
 *     train parts     forward again, backward        -> sum over parts; one SGD step
 *
 * The same numbers as the whole step but for the order of sums, dropout included, for one more forward pass over the train batch. Only what couples
 * the examples of a pass differs: batch normalisation sees parts, and moves its statistics once per part.
 */
import { add, concat1d, dispose, mul, reshape, slice, square, sum, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import type { Network } from '../network/network.ts';
import { disposeNetworkTrace } from '../network/network.ts';
import { oneHotTargets, crossEntropyGradient } from '../network/softmax-cross-entropy.ts';
import { measureBatch, measureLogits } from './measure-batch.ts';
import type { StepFindings, StepInput, StepResult, StepSettings } from './reweight-step.ts';
import { reweightStep, weighFindings, weightedErrors } from './reweight-step.ts';
import type { OptimiserState } from './sgd.ts';
import { disposeOptimiserState, sgdStep } from './sgd.ts';
import type { LabelledBatch } from './trusted-gradient.ts';
import { trustedGradient } from './trusted-gradient.ts';
import type { WeightingMethod } from './weighting-method.ts';

/**
 * As `reweightStep`, in parts of `partSize`; 0, or a size that holds both batches, is the whole step.
 *
 * Consumes `state` in the same way. Reads from the engine once per part.
 */
export async function stepInParts(
  network: Network,
  state: OptimiserState,
  input: StepInput,
  method: WeightingMethod,
  settings: StepSettings,
  partSize: number,
): Promise<StepResult> {
  const largest = Math.max(input.train.labels.length, input.trusted.labels.length);
  if (partSize === 0 || partSize >= largest) return reweightStep(network, state, input, method, settings);
  const trusted = trustedInParts(network, state, input, partSize);
  const found = await findInParts(network, state, input, trusted, partSize).finally(() =>
    dispose([...trusted.gradient, trusted.logits]),
  );
  const { weighted, result } = weighFindings(method, found);
  if (result.isSkipped || !result.isFinite) return { ...result, state };
  const errors = weightedErrors(found.findings, weighted);
  return { ...result, state: descendInParts(network, state, input, errors, settings, partSize) };
}

interface Part extends LabelledBatch {
  readonly firstRow: number;
}

/** Cuts a batch; the caller disposes each part's input. */
function* partsOf({ input, labels }: LabelledBatch, partSize: number): Generator<Part> {
  for (let firstRow = 0; firstRow < labels.length; firstRow += partSize) {
    const size = Math.min(partSize, labels.length - firstRow);
    const begin = input.shape.map((_, axis) => (axis === 0 ? firstRow : 0));
    const extent = input.shape.map((length, axis) => (axis === 0 ? size : length));
    yield { input: slice(input, begin, extent), labels: labels.subarray(firstRow, firstRow + size), firstRow };
  }
}

/** total + factor x parts, one tensor per parameter; disposes what it was given. */
function accumulate(total: readonly Tensor[] | null, parts: readonly Tensor[], factor: number): readonly Tensor[] {
  const next = parts.map((part, index) =>
    tidy(() => {
      const scaled = factor === 1 ? part.clone() : mul(part, factor);
      const before = total?.[index];
      return before === undefined ? scaled : add(before, scaled);
    }),
  );
  dispose([...parts, ...(total ?? [])]);
  return next;
}

/** v over the whole trusted batch, and its logits [M K]. */
function trustedInParts(
  network: Network,
  { parameters }: OptimiserState,
  { trusted, trustedMaskSeed }: StepInput,
  partSize: number,
): { readonly gradient: readonly Tensor[]; readonly logits: Tensor } {
  let gradient: readonly Tensor[] | null = null;
  const logits: Tensor[] = [];
  for (const part of partsOf(trusted, partSize)) {
    const found = trustedGradient(network, parameters, part, trustedMaskSeed, part.firstRow);
    gradient = accumulate(gradient, found.gradient, part.labels.length / trusted.labels.length);
    logits.push(found.logits);
    part.input.dispose();
  }
  const joined = tidy(() => concat1d(logits.map((tensor) => reshape<Rank.R1>(tensor, [tensor.size]))));
  dispose(logits);
  return { gradient: gradient ?? [], logits: joined };
}

async function findInParts(
  network: Network,
  { parameters }: OptimiserState,
  { train, trusted, trainMaskSeed }: StepInput,
  along: { readonly gradient: readonly Tensor[]; readonly logits: Tensor },
  partSize: number,
): Promise<StepFindings> {
  const { classCount } = network;
  const size = train.labels.length;
  const logits = new Float32Array(size * classCount);
  const logitTangents = new Float32Array(size * classCount);
  const gradientNorms = new Float32Array(size);
  for (const part of partsOf(train, partSize)) {
    const context = { mode: 'train', seed: trainMaskSeed, firstRow: part.firstRow } as const;
    const packed = tidy(() => {
      const trace = network.forward(parameters, part.input, context);
      const tangents = network.tangent(parameters, trace, along.gradient);
      const errors = crossEntropyGradient(trace.logits, oneHotTargets(part.labels, classCount));
      const norms = network.exampleGradientNorms(parameters, trace, errors);
      const all = concat1d([trace.logits, tangents, norms].map((tensor) => reshape<Rank.R1>(tensor, [tensor.size])));
      disposeNetworkTrace(trace);
      return all;
    });
    const values = Float32Array.from(await packed.data());
    const length = part.labels.length * classCount;
    logits.set(values.subarray(0, length), part.firstRow * classCount);
    logitTangents.set(values.subarray(length, 2 * length), part.firstRow * classCount);
    gradientNorms.set(values.subarray(2 * length), part.firstRow);
    dispose([packed, part.input]);
  }
  const squares = tidy(() => concat1d(along.gradient.map((tensor) => reshape<Rank.R1>(sum(square(tensor)), [1]))));
  const norms = await squares.data();
  squares.dispose();
  const trustedLogits = Float32Array.from(await along.logits.data());
  const { losses } = measureLogits(trustedLogits, trusted.labels, classCount);
  const derivatives = { kind: 'tangents', logitTangents } as const;
  const measured = measureBatch({ labels: train.labels, classCount, logits, derivatives, gradientNorms });
  return {
    findings: { ...measured, logits },
    trustedLoss: losses.reduce((total, loss) => total + loss, 0) / trusted.labels.length,
    trustedNorm: Math.sqrt(Array.from(norms).reduce((total, value) => total + value, 0)),
  };
}

/** Backward passes with `errors` [B, K], then the optimiser; disposes the old state. */
function descendInParts(
  network: Network,
  state: OptimiserState,
  { train, trainMaskSeed }: StepInput,
  errors: Float32Array,
  settings: StepSettings,
  partSize: number,
): OptimiserState {
  const { classCount } = network;
  let gradient: readonly Tensor[] | null = null;
  let statistics: readonly Tensor[] = state.parameters;
  for (const part of partsOf(train, partSize)) {
    const context = { mode: 'train', seed: trainMaskSeed, firstRow: part.firstRow } as const;
    const trace = network.forward(state.parameters, part.input, context);
    const [from, to] = [part.firstRow, part.firstRow + part.labels.length].map((row) => row * classCount);
    const partErrors = tensor2d(errors.subarray(from, to), [part.labels.length, classCount]);
    gradient = accumulate(gradient, network.backward(state.parameters, trace, partErrors), 1);
    const moved = network.moveStatistics(statistics, trace);
    dispose(statistics.filter((tensor) => !state.parameters.includes(tensor) && !moved.includes(tensor)));
    statistics = moved;
    disposeNetworkTrace(trace);
    dispose([partErrors, part.input]);
  }
  const next = sgdStep(state, gradient ?? [], network.parameters, settings, statistics);
  dispose([...(gradient ?? []), ...statistics.filter((tensor) => !state.parameters.includes(tensor))]);
  disposeOptimiserState(state);
  return next;
}
