/**
 * The last step's classifier: the head network of embedding mode, trained on every sample with the posterior Q as soft target.
 * It smooths Q over neighbours that the linear regression cannot tell apart, and its margins are the second half of the suspicion.
 */
import { dispose, nextFrame, tensor, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { throwIfCancelled } from '../errors.ts';
import { createHead } from '../network/networks/head.ts';
import { disposeNetworkTrace, type Network } from '../network/network.ts';
import { createParameters } from '../network/parameters.ts';
import { epochBatches, stepsPerEpoch } from '../random/batch-sampler.ts';
import { createRandom, deriveSeed } from '../random/random-generator.ts';
import { learningRateAt } from '../reweight/learning-rate.ts';
import { disposeOptimiserState, sgdStep, startOptimiser, type OptimiserState } from '../reweight/sgd.ts';
import type { RankingHelper } from './ranking-helper.ts';
import { marginOf, softmaxRow } from './softmax.ts';

const batchSize = 100;
const fewestEpochs = 15;
/** Small sets are trained for as many steps as this rather than for 15 epochs. */
const fewestSteps = 750;
const firstLearningRate = 0.02;
const sgd = { momentum: 0.9, weightDecay: 5e-3 };
const evaluationRows = 1000;

export interface SoftTargetInput {
  /** Standardised vectors [N, D]. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  readonly classCount: number;
  /** Q [N, K], rows summing to one. */
  readonly targets: Float32Array;
  /** Weight of each sample's loss, [N]. */
  readonly sampleWeights: Float32Array;
  /** The label whose margin is asked for, [N]. */
  readonly givenLabels: Int32Array;
  /** Share of the inputs that a step does not see; 0.5 unless given. */
  readonly inputDropout?: number | undefined;
  /** Dimensions of what the vectors were reduced from; D unless given. */
  readonly fanIn?: number | undefined;
  readonly seed: number;
  /** Evaluates the head of one epoch, where there is one, while the next trains. */
  readonly helper?: Pick<RankingHelper, 'evaluateHead'> | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each epoch with the share that is done, in (0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface SoftTargetResult {
  /** Mean over the epochs of the given label's logit minus the largest other one, [N]. */
  readonly margins: Float32Array;
  /** Mean over the epochs of the softmax, [N, K]. */
  readonly probabilities: Float32Array;
}

/**
 * Minimises sum_i w_i CE(q_i, softmax(z_i)) / sum_i w_i by SGD (momentum 0.9, weight decay 5e-3, rate 0.02 falling to 0 along a
 * cosine, batches of 100, input dropout), for 15 epochs or 750 steps, whichever is more.
 *
 * After each epoch all samples are evaluated without dropout, and margins and probabilities averaged over the epochs: the early
 * epochs, which have not yet learned the hard samples, carry as much information as the last.
 */
export async function trainSoftTargetHead(input: SoftTargetInput): Promise<SoftTargetResult> {
  const count = input.givenLabels.length;
  const network = createHead(input.dimensions, input.classCount, input.inputDropout, input.fanIn);
  const epochs = Math.max(fewestEpochs, Math.ceil(fewestSteps / stepsPerEpoch(count, batchSize)));
  const random = createRandom(deriveSeed(input.seed, 'soft-target-batches'));
  const sums = { margins: new Float32Array(count), probabilities: new Float32Array(count * input.classCount) };
  let evaluation: Promise<Float32Array> | null = null;
  let state = startOptimiser(createParameters(network.parameters, deriveSeed(input.seed, 'soft-target-start')));
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const batches = epochBatches(count, batchSize, random);
      for (const [index, batch] of batches.entries()) {
        throwIfCancelled(input.signal);
        state = await trainStep(network, state, input, batch, epoch * batches.length + index, epochs * batches.length);
      }
      if (evaluation !== null) addAnswers(await evaluation, input, sums);
      evaluation = evaluateAside(await valuesOf(state.parameters), input);
      // Where nobody helps, nothing is gained by doing both at once.
      if (!input.helper) await evaluation;
      input.onProgress?.((epoch + 1) / epochs);
    }
    if (evaluation !== null) addAnswers(await evaluation, input, sums);
  } finally {
    await Promise.allSettled([evaluation]);
    disposeOptimiserState(state);
  }
  return { margins: sums.margins.map((sum) => sum / epochs), probabilities: sums.probabilities.map((p) => p / epochs) };
}

async function trainStep(
  network: Network,
  state: OptimiserState,
  input: SoftTargetInput,
  batch: Uint32Array,
  stepIndex: number,
  stepsTotal: number,
): Promise<OptimiserState> {
  const learningRate = learningRateAt('cosine', firstLearningRate, stepIndex, stepsTotal);
  const context = { mode: 'train', seed: deriveSeed(input.seed, stepIndex) } as const;
  const inputs = tensor2d(gatherRows(input.vectors, input.dimensions, batch), [batch.length, input.dimensions]);
  const trace = network.forward(state.parameters, inputs, context);
  const logits = await trace.logits.data<'float32'>();
  const logitGradients = tensor2d(logitGradientValues(input, batch, logits), [batch.length, input.classCount]);
  const gradients = network.backward(state.parameters, trace, logitGradients);
  const next = sgdStep(state, gradients, network.parameters, { ...sgd, learningRate });
  disposeNetworkTrace(trace);
  dispose([inputs, logitGradients, ...gradients]);
  disposeOptimiserState(state);
  return next;
}

/** w_i (p_i - q_i) / sum of the batch's w, [B, K]. */
function logitGradientValues(input: SoftTargetInput, batch: Uint32Array, logits: Float32Array): Float32Array {
  const { classCount, targets, sampleWeights } = input;
  const gradients = new Float32Array(logits.length);
  const totalWeight = batch.reduce((sum, sample) => sum + sampleWeights[sample]!, 0);
  batch.forEach((sample, row) => {
    softmaxRow(logits, row * classCount, classCount, 1, gradients);
    const share = sampleWeights[sample]! / totalWeight;
    for (let k = 0; k < classCount; k++) {
      gradients[row * classCount + k] = share * (gradients[row * classCount + k]! - targets[sample * classCount + k]!);
    }
  });
  return gradients;
}

function gatherRows(vectors: Float32Array, dimensions: number, rows: Uint32Array): Float32Array {
  const gathered = new Float32Array(rows.length * dimensions);
  rows.forEach((row, position) => {
    gathered.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), position * dimensions);
  });
  return gathered;
}

/** The logits of all samples under a head with these parameters: by the helper, or here. */
async function evaluateAside(parameters: readonly Float32Array[], input: SoftTargetInput): Promise<Float32Array> {
  const helped = await input.helper?.evaluateHead(parameters);
  return helped ?? (await evaluateHead(input, parameters));
}

/** The logits [N, K] of vectors [N, D] under a head with these parameters, without dropout. Leaves no tensors. */
export async function evaluateHead(
  {
    vectors,
    dimensions,
    classCount,
    signal,
  }: Pick<SoftTargetInput, 'vectors' | 'dimensions' | 'classCount' | 'signal'>,
  parameters: readonly Float32Array[],
): Promise<Float32Array> {
  const network = createHead(dimensions, classCount);
  const held = network.parameters.map(({ shape }, index) => tensor(parameters[index]!, [...shape]));
  const result = new Float32Array((vectors.length / dimensions) * classCount);
  try {
    // Only these rows go to the engine: all at once would fill the memory.
    for (let from = 0; from < vectors.length; from += evaluationRows * dimensions) {
      throwIfCancelled(signal);
      const block = vectors.subarray(from, from + evaluationRows * dimensions);
      const rows = tensor2d(block, [block.length / dimensions, dimensions]);
      const trace = network.forward(held, rows, { mode: 'evaluate', seed: 0 });
      result.set(await trace.logits.data<'float32'>(), (from / dimensions) * classCount);
      disposeNetworkTrace(trace);
      rows.dispose();
      await nextFrame();
    }
    return result;
  } finally {
    dispose(held);
  }
}

function addAnswers(logits: Float32Array, { classCount, givenLabels }: SoftTargetInput, sums: SoftTargetResult): void {
  const probabilities = new Float32Array(classCount);
  givenLabels.forEach((label, sample) => {
    const start = sample * classCount;
    sums.margins[sample]! += marginOf(logits, start, classCount, label);
    softmaxRow(logits.subarray(start, start + classCount), 0, classCount, 1, probabilities);
    for (let k = 0; k < classCount; k++) sums.probabilities[start + k]! += probabilities[k]!;
  });
}

function valuesOf(parameters: readonly Tensor[]): Promise<Float32Array[]> {
  return Promise.all(parameters.map((parameter) => parameter.data<'float32'>()));
}
