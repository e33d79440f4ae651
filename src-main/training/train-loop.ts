/**
 * The whole run, from the job to the scores, as a generator of what happens. Knows nothing of threads and messages: the
 * same loop runs inside a worker and inline. The engine is TF.js's current one; whoever calls has chosen it.
 *
 *     for every epoch:  for every batch:  let the outside speak; one reweighting step; record the visits
 *                       answers of the epoch (a pass without dropout for `head`); metrics; checkpoint
 *     at the end:       scores
 */
import { memory } from '@tensorflow/tfjs-core';
import { TouchstoneError } from '../core/errors.ts';
import type { Network } from '../core/network/network.ts';
import { createNetwork } from '../core/network/networks/create-network.ts';
import { epochBatches, stepsPerEpoch } from '../core/random/batch-sampler.ts';
import { deriveSeed } from '../core/random/random-generator.ts';
import { learningRateAt } from '../core/reweight/learning-rate.ts';
import type { StepResult } from '../core/reweight/reweight-step.ts';
import { reweightStep } from '../core/reweight/reweight-step.ts';
import { disposeOptimiserState } from '../core/reweight/sgd.ts';
import type { WeightingMethod } from '../core/reweight/weighting-method.ts';
import { chooseWeighting } from '../core/reweight/weighting-methods.ts';
import type {
  Clock,
  EpochDone,
  TrainingEvent,
  TrainingFinished,
  TrainingJob,
  TrainingProgress,
} from '../services/ports.ts';
import type { DataFeed } from './data-feed.ts';
import { createDataFeed } from './data-feed.ts';
import { EpochMeter } from './epoch-meter.ts';
import type { Evaluation } from './evaluate.ts';
import { accuracy, evaluate } from './evaluate.ts';
import type { TrustedSplit } from './hold-out.ts';
import { splitTrusted } from './hold-out.ts';
import { ProgressMeter } from './progress-meter.ts';
import type { RunControl } from './run-control.ts';
import type { Ranker } from './score-run.ts';
import { scoreRun } from './score-run.ts';
import type { TrainingState } from './training-state.ts';
import { loadState, saveState, startState } from './training-state.ts';
import { validateJob } from './validate-job.ts';

/** What computes, for the record. */
export interface EngineDescription {
  readonly name: string;
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Everything that stays the same while a run lasts. */
interface RunContext {
  readonly job: TrainingJob;
  readonly engine: EngineDescription;
  readonly control: RunControl;
  readonly clock: Clock;
  readonly network: Network;
  readonly feed: DataFeed;
  readonly split: TrustedSplit;
  /** Samples that are trained on: all but the held-out ones. */
  readonly trained: Uint32Array;
  readonly method: WeightingMethod;
  readonly progress: ProgressMeter;
  readonly stepsPerEpoch: number;
}

/**
 * Runs a job to its end, or from its checkpoint to its end.
 *
 * Throws `cancelled`, `loss-not-finite`, `checkpoint-damaged`, `run-not-resumable` and what `validateJob` throws. Leaves no
 * tensors, however it ends.
 */
export async function* trainLoop(
  job: TrainingJob,
  engine: EngineDescription,
  control: RunControl,
  clock: Clock,
  rank: Ranker,
): AsyncGenerator<TrainingEvent> {
  validateJob(job);
  const context = prepare(job, engine, control, clock);
  const { network, split } = context;
  yield describeProgress(context, 'loading', 0, 0, null, false);
  const state = job.checkpoint ? loadState(job, network, job.checkpoint) : startState(job, network, split.used);
  try {
    while (state.epochsDone < job.settings.epochs) yield* trainEpoch(context, state);
    yield* finish(context, state, rank);
  } finally {
    disposeOptimiserState(state.optimiser);
  }
}

function prepare(job: TrainingJob, engine: EngineDescription, control: RunControl, clock: Clock): RunContext {
  const { settings, classCount, labels, trusted } = job;
  const feed = createDataFeed(job);
  const split = splitTrusted(trusted, labels, deriveSeed(settings.seed, 'hold-out'));
  const heldOut = new Set(split.heldOut);
  const trained = Uint32Array.from(labels.keys()).filter((sample) => !heldOut.has(sample));
  return {
    job,
    engine,
    control,
    clock,
    network: createNetwork(settings.network, { inputShape: feed.inputShape, classCount }),
    feed,
    split,
    trained,
    method: chooseWeighting(settings),
    progress: new ProgressMeter(clock),
    stepsPerEpoch: stepsPerEpoch(trained.length, settings.batchSize),
  };
}

async function* trainEpoch(context: RunContext, state: TrainingState): AsyncGenerator<TrainingProgress | EpochDone> {
  const { job, trained, clock, progress } = context;
  const meter = new EpochMeter(clock.nowMs());
  const batches = epochBatches(trained.length, job.settings.batchSize, state.randoms.order);
  for (const [stepInEpoch, positions] of batches.entries()) {
    const describe = (isPaused: boolean): TrainingProgress =>
      describeProgress(context, 'training', state.epochsDone, stepInEpoch, meter, isPaused);
    yield* standStillWhilePaused(context, meter, describe);
    const samples = positions.map((position) => trained[position] ?? 0);
    const result = await step(context, state, samples, stepInEpoch);
    meter.add(result);
    record(context, state, samples, result);
    progress.count(samples.length);
    if (progress.isDue) yield describe(false);
  }
  yield await finishEpoch(context, state, meter);
}

/** Serves messages, among them the one that pauses the run. */
async function* standStillWhilePaused(
  { control, progress, clock }: RunContext,
  meter: EpochMeter,
  describe: (isPaused: boolean) => TrainingProgress,
): AsyncGenerator<TrainingProgress> {
  await control.takeTurn();
  if (!control.isPaused) return;
  const pausedAtMs = clock.nowMs();
  yield describe(true);
  await control.waitWhilePaused();
  progress.leaveOut(clock.nowMs() - pausedAtMs);
  meter.leaveOut(clock.nowMs() - pausedAtMs);
  yield describe(false);
}

async function step(
  context: RunContext,
  state: TrainingState,
  samples: Uint32Array,
  stepInEpoch: number,
): Promise<StepResult> {
  const { job, network, feed, method } = context;
  const { masks, augmentation } = state.randoms;
  const trusted = state.trustedSampler.next(job.settings.trustedBatchSize);
  const train = { input: feed.batch(samples, augmentation), labels: labelsOf(job, samples) };
  const guide = { input: feed.batch(trusted, augmentation), labels: labelsOf(job, trusted) };
  const input = { train, trusted: guide, trainMaskSeed: masks.uint32(), trustedMaskSeed: masks.uint32() };
  const learningRate = learningRateOf(context, state.epochsDone, stepInEpoch);
  try {
    const result = await reweightStep(network, state.optimiser, input, method, { ...job.settings, learningRate });
    state.optimiser = result.state;
    if (!result.isFinite) throw notFinite(state.epochsDone, stepInEpoch, learningRate);
    return result;
  } finally {
    train.input.dispose();
    guide.input.dispose();
  }
}

function labelsOf({ labels }: TrainingJob, samples: Uint32Array): Int32Array {
  return Int32Array.from(samples, (sample) => labels[sample] ?? 0);
}

function learningRateOf({ job, stepsPerEpoch }: RunContext, epochIndex: number, stepInEpoch: number): number {
  const { schedule, learningRate, epochs } = job.settings;
  return learningRateAt(schedule, learningRate, epochIndex * stepsPerEpoch + stepInEpoch, epochs * stepsPerEpoch);
}

function notFinite(epochIndex: number, stepIndex: number, learningRate: number): TouchstoneError {
  const message =
    `The loss became infinite in epoch ${epochIndex + 1}, step ${stepIndex + 1}, at the learning rate ` +
    `${learningRate.toPrecision(3)}. Start again with a smaller one.`;
  return new TouchstoneError('loss-not-finite', message, { details: { epochIndex, stepIndex, learningRate } });
}

/** Pictures are too dear to pass through the network twice: what they answered during their visit is what is logged. */
function record({ job }: RunContext, { recorder }: TrainingState, samples: Uint32Array, result: StepResult): void {
  recorder.recordVisits(samples, result.signals);
  if (job.inputs.kind === 'vectors') return;
  const { margin, loss, predicted } = result.signals;
  recorder.recordAnswers(samples, { logits: result.logits, margins: margin, losses: loss, predicted });
}

async function finishEpoch(context: RunContext, state: TrainingState, meter: EpochMeter): Promise<EpochDone> {
  const { job, network, split, clock } = context;
  const evaluation = evaluationOf(context, state);
  if (job.inputs.kind === 'vectors') {
    const everySample = Uint32Array.from(job.labels.keys());
    for await (const { samples, answers } of evaluate(evaluation, everySample))
      state.recorder.recordAnswers(samples, answers);
  }
  const end = {
    epochIndex: state.epochsDone,
    trustedAccuracy: await accuracy(evaluation, split.heldOut),
    learningRate: learningRateOf(context, state.epochsDone, context.stepsPerEpoch - 1),
    tensorCount: memory().numTensors,
  };
  const metrics = meter.finish(end, clock.nowMs());
  const signals = state.recorder.finishEpoch();
  state.epochsDone += 1;
  return { kind: 'epoch-done', metrics, signals, checkpoint: await saveState(job, network, state) };
}

function evaluationOf({ job, network, feed, control }: RunContext, state: TrainingState): Evaluation {
  return { network, parameters: state.optimiser.parameters, feed, labels: job.labels, control };
}

async function* finish(
  context: RunContext,
  state: TrainingState,
  rank: Ranker,
): AsyncGenerator<TrainingProgress | TrainingFinished> {
  const { job, engine, control, progress } = context;
  const describe = (): TrainingProgress => describeProgress(context, 'ranking', state.epochsDone, 0, null, false);
  yield describe();
  let isSettled = false;
  const scoring = scoreRun(job, state.recorder.run, evaluationOf(context, state), rank).finally(() => {
    isSettled = true;
  });
  try {
    while (!isSettled) {
      await Promise.race([scoring, control.letOthersSpeak()]);
      if (progress.isDue) yield describe();
    }
  } finally {
    // Whoever stops listening here must not pull the parameters away from under a ranking that still uses them.
    if (!isSettled) control.cancel();
    await Promise.allSettled([scoring]);
  }
  yield {
    kind: 'finished',
    scores: await scoring,
    versions: { engine: engine.name, device: engine.device, ...engine.versions },
  };
}

function describeProgress(
  { job, engine, progress, stepsPerEpoch }: RunContext,
  phase: TrainingProgress['phase'],
  epochIndex: number,
  stepInEpoch: number,
  meter: EpochMeter | null,
  isPaused: boolean,
): TrainingProgress {
  const fields = {
    phase,
    engine: engine.name,
    device: engine.device,
    epochIndex,
    epochCount: job.settings.epochs,
    stepsDone: epochIndex * stepsPerEpoch + stepInEpoch,
    stepsTotal: job.settings.epochs * stepsPerEpoch,
    trainingLoss: meter?.trainingLoss ?? null,
    trustedLoss: meter?.trustedLoss ?? null,
  };
  return progress.describe(fields, isPaused);
}
