/** One step of the run: its batches, the method's weights, the new parameters, and what must not come of it. */
import { engine as tensors } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { TouchstoneError } from '../core/errors.ts';
import type { DrawnBatch } from '../core/reweight/batch-sampling.ts';
import type { StepResult } from '../core/reweight/reweight-step.ts';
import { steeredMethods } from '../core/reweight/run-settings.ts';
import { stepInParts } from '../core/reweight/step-in-parts.ts';
import { uniform } from '../core/reweight/uniform.ts';
import { unguidedStep } from '../core/reweight/unguided-step.ts';
import type { WeightingMethod } from '../core/reweight/weighting-method.ts';
import type { ChosenEngine } from '../engines/choose-engine.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';
import type { Phase } from './phases.ts';
import { phaseLearningRate, stepsBefore } from './phases.ts';
import type { RunContext } from './run-context.ts';
import type { TrainingState } from './training-state.ts';

/**
 * Draws the trusted batch and the masks, and moves the network by one step of the run's method.
 * Throws `loss-not-finite`, and the fault of a device that failed.
 */
export async function trainStep(
  context: RunContext,
  state: TrainingState,
  phase: Phase,
  { positions: samples, blends }: DrawnBatch,
  stepInEpoch: number,
): Promise<StepResult> {
  const { job, network, feed, computing, microBatchSize } = context;
  const { masks, augmentation } = state.randoms;
  const trusted = state.trustedSampler.next(job.settings.trustedBatchSize);
  const train = { input: feed.batch(samples, augmentation, blends), labels: labelsOf(job, samples) };
  const guide = { input: feed.batch(trusted, augmentation), labels: labelsOf(job, trusted) };
  const input = { train, trusted: guide, trainMaskSeed: masks.uint32(), trustedMaskSeed: masks.uint32() };
  const stepsDone = stepsBefore(phase, state.epochsDone, stepInEpoch).phase;
  const learningRate = phaseLearningRate(phase, job.settings, stepsDone);
  const place = { samples, progress: stepsDone / phase.steps, learningRate };
  const weigh: WeightingMethod = phase.isFineTuning ? uniform : (findings) => state.method.weigh(findings, place);
  try {
    const { wantsLogitTangents = false } = state.method;
    const sgd = { ...job.settings, learningRate, wantsLogitTangents };
    const result = await leavingNothing(async () => {
      const taken = isMonitored(context, phase)
        ? await stepInParts(network, state.optimiser, input, weigh, sgd, microBatchSize)
        : await unguidedStep(network, state.optimiser, input, weigh, sgd);
      state.optimiser = taken.state;
      return { kept: [...taken.state.parameters, ...taken.state.momenta], value: taken };
    });
    throwFault(computing);
    if (!result.isFinite) throw notFinite(state.epochsDone, stepInEpoch, learningRate);
    return result;
  } finally {
    train.input.dispose();
    guide.input.dispose();
  }
}

/** Whether the trusted set is asked about every batch: always, unless an experiment has no use for the answer and neither has its method. */
function isMonitored(
  { job: { settings, isUnmonitored }, microBatchSize }: RunContext,
  { isFineTuning }: Phase,
): boolean {
  const asks = steeredMethods.includes(settings.method) && !isFineTuning;
  // In parts there is the monitored step alone: whoever has little memory waits for it.
  return isUnmonitored !== true || asks || microBatchSize > 0;
}

/** Disposes what the work made and did not keep, also where it fails half-way: a memory that is full must not stay full of it. */
async function leavingNothing<Value>(
  work: () => Promise<{ readonly kept: readonly Tensor[]; readonly value: Value }>,
): Promise<Value> {
  tensors().startScope();
  let kept: readonly Tensor[] = [];
  try {
    const done = await work();
    kept = done.kept;
    return done.value;
  } finally {
    tensors().endScope([...kept]);
  }
}

/** A device that failed answers with zeros or garbage; nothing of it may reach a checkpoint. */
function throwFault({ engine }: ChosenEngine): void {
  const fault = engine.fault?.() ?? null;
  if (fault !== null) throw fault;
}

function labelsOf({ labels }: TrainingJob, samples: Uint32Array): Int32Array {
  return Int32Array.from(samples, (sample) => labels[sample] ?? 0);
}

function notFinite(epochIndex: number, stepIndex: number, learningRate: number): TouchstoneError {
  const message =
    `The loss became infinite in epoch ${epochIndex + 1}, step ${stepIndex + 1}, at the learning rate ` +
    `${learningRate.toPrecision(3)}. Start again with a smaller one.`;
  return new TouchstoneError('loss-not-finite', message, { details: { epochIndex, stepIndex, learningRate } });
}
