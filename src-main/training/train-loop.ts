/**
 * The whole run, from the job to the scores, as a generator of what happens. Knows nothing of threads and messages: the
 * same loop runs inside a worker and inline. The engine is TF.js's current one; whoever calls has chosen it.
 *
 *     for every epoch:  for every batch:  let the outside speak; one reweighting step; record the visits
 *                       answers of the epoch (a pass without dropout for `head`); metrics; checkpoint
 *     at the end:       scores
 */
import { memory } from '@tensorflow/tfjs-core';
import { createNetwork } from '../core/network/networks/create-network.ts';
import type { DrawnBatch } from '../core/reweight/batch-sampling.ts';
import type { StepResult } from '../core/reweight/reweight-step.ts';
import { watchPlateau } from '../core/ranking/plateau.ts';
import type { EpochSignals } from '../core/reweight/signals.ts';
import { disposeOptimiserState } from '../core/reweight/sgd.ts';
import type { Clock } from '../services/ports/long-calls.ts';
import type {
  EpochDone,
  TrainingEvent,
  TrainingFinished,
  TrainingJob,
  TrainingProgress,
} from '../services/ports/training-runner.ts';
import { explainDecision } from '../core/engine-check.ts';
import type { ChosenEngine } from '../engines/choose-engine.ts';
import { chooseSamples } from './chosen-samples.ts';
import { EpochMeter } from './epoch-meter.ts';
import type { Evaluation } from './evaluate.ts';
import { accuracy, evaluate } from './evaluate.ts';
import type { Phase } from './phases.ts';
import { createPhases, phaseAt, phaseLearningRate, stepsBefore, stepsTotal } from './phases.ts';
import { progressIntervalMs, ProgressMeter } from './progress-meter.ts';
import { readHead, readParameters } from './read-head.ts';
import { prepareInputs } from './run-inputs.ts';
import type { PreparedRun, RunContext } from './run-context.ts';
import type { RunControl } from './run-control.ts';
import { startHelperOf } from './helper-thread.ts';
import type { Ranker, RankingMeans } from './score-run.ts';
import { scoreRun } from './score-run.ts';
import type { TrainingState } from './training-state.ts';
import { loadState, saveState, startState } from './training-state.ts';
import { trainStep } from './train-step.ts';
import { validateJob } from './validate-job.ts';

/**
 * Runs a job to its end, or from its checkpoint to its end. `microBatchSize` takes the place of the settings' where those turned out not
 * to fit the engine's memory; checkpoints stay those of the job.
 *
 * Throws `cancelled`, `loss-not-finite`, `checkpoint-damaged`, `run-not-resumable` and what `validateJob` throws. Leaves no
 * tensors, however it ends.
 */
export async function* trainLoop(
  job: TrainingJob,
  computing: ChosenEngine,
  control: RunControl,
  clock: Clock,
  { rank, startHelper }: RankingMeans,
  microBatchSize = job.settings.microBatchSize,
): AsyncGenerator<TrainingEvent> {
  validateJob(job);
  const prepared = await prepare(job, computing, control, clock, microBatchSize);
  const { network, reduced } = prepared;
  yield describeProgress(prepared, 'loading', 0, 0, null, false);
  const state = job.checkpoint ? loadState(job, network, job.checkpoint) : startState(job, network);
  const context = {
    ...prepared,
    helper: startHelperOf(job, reduced, computing, startHelper, control.signal),
  };
  try {
    while (state.epochsDone < job.settings.epochs) yield* trainEpoch(context, state);
    yield* finish(context, state, rank);
  } finally {
    await context.helper?.stop();
    disposeOptimiserState(state.optimiser);
  }
}

/** Whether micro-batches change nothing but the order of sums: not where the examples of a pass see each other (batch normalisation). */
export function canPassInParts(job: TrainingJob): boolean {
  const { settings, inputs, classCount } = job;
  const inputShape = inputs.kind === 'vectors' ? [inputs.dimensions] : [inputs.size, inputs.size, 3];
  return createNetwork(settings.network, { inputShape, classCount }, settings).exampleErrors !== null;
}

async function prepare(
  job: TrainingJob,
  computing: ChosenEngine,
  control: RunControl,
  clock: Clock,
  microBatchSize: number,
): Promise<PreparedRun> {
  const inputs = await prepareInputs(job, control.signal);
  const chosen = chooseSamples(job);
  const phases = createPhases(job, chosen);
  const progress = new ProgressMeter(clock);
  return { ...inputs, job, computing, control, clock, chosen, phases, progress, microBatchSize };
}

async function* trainEpoch(context: RunContext, state: TrainingState): AsyncGenerator<TrainingProgress | EpochDone> {
  const { clock, progress } = context;
  const meter = new EpochMeter(clock.nowMs());
  const phase = phaseAt(context.phases, state.epochsDone);
  for (const [stepInEpoch, drawn] of phase.sampling.draw(state.randoms.order).entries()) {
    const describe = (isPaused: boolean): TrainingProgress =>
      describeProgress(context, 'training', state.epochsDone, stepInEpoch, meter, isPaused);
    yield* standStillWhilePaused(context, meter, describe);
    const batch = toSamples(drawn, phase.samples);
    const result = await trainStep(context, state, phase, batch, stepInEpoch);
    meter.add(result);
    record(context, state, batch, result);
    progress.count(batch.positions.length);
    if (progress.isDue) yield describe(false);
  }
  if (!phase.isFineTuning) state.method.endEpoch?.(state.epochsDone + 1);
  yield await finishEpoch(context, state, phase, meter);
}

/** Positions in the phase to the run's samples. */
function toSamples({ positions, blends }: DrawnBatch, phaseSamples: Uint32Array): DrawnBatch {
  const sampleAt = (position: number): number => phaseSamples[position] ?? 0;
  return {
    positions: positions.map(sampleAt),
    blends: blends === null ? null : { ...blends, partners: blends.partners.map(sampleAt) },
  };
}

/** Serves messages, among them the one that pauses the run. */
async function* standStillWhilePaused(
  { control, progress, clock, helper }: RunContext,
  meter: EpochMeter,
  describe: (isPaused: boolean) => TrainingProgress,
): AsyncGenerator<TrainingProgress> {
  await control.takeTurn();
  if (!control.isPaused) return;
  // Who pauses wants both cores; its share is computed here then.
  void helper?.stop();
  const pausedAtMs = clock.nowMs();
  yield describe(true);
  await control.waitWhilePaused();
  progress.leaveOut(clock.nowMs() - pausedAtMs);
  meter.leaveOut(clock.nowMs() - pausedAtMs);
  yield describe(false);
}

/** Pictures are too dear to pass through the network twice: what they answered during their visit is what is logged. */
function record(
  { job }: RunContext,
  { recorder }: TrainingState,
  { positions: samples, blends }: DrawnBatch,
  result: StepResult,
): void {
  recorder.recordVisits(samples, result.signals, blends);
  if (job.inputs.kind === 'vectors') return;
  const { margin, loss, predicted } = result.signals;
  recorder.recordAnswers(samples, { logits: result.logits, margins: margin, losses: loss, predicted });
}

async function finishEpoch(
  context: RunContext,
  state: TrainingState,
  phase: Phase,
  meter: EpochMeter,
): Promise<EpochDone> {
  const { job, network, chosen, clock } = context;
  const evaluation = evaluationOf(context, state);
  if (job.inputs.kind === 'vectors') {
    const everySample = Uint32Array.from(job.labels.keys());
    for await (const { samples, answers } of evaluate(evaluation, everySample))
      state.recorder.recordAnswers(samples, answers);
  }
  const lastStep = stepsBefore(phase, state.epochsDone + 1, 0).phase - 1;
  const end = {
    epochIndex: state.epochsDone,
    trustedAccuracy: await accuracy(evaluation, chosen.heldOut),
    learningRate: phaseLearningRate(phase, job.settings, lastStep),
    tensorCount: memory().numTensors,
  };
  const metrics = meter.finish(end, clock.nowMs());
  const signals = state.recorder.finishEpoch();
  if (!phase.isFineTuning) watchEpoch(state, signals);
  state.epochsDone += 1;
  return { kind: 'epoch-done', metrics, signals, checkpoint: await saveState(job, network, state) };
}

/** Fine-tuning sees trusted samples alone: its weights tell nothing. */
function watchEpoch(state: TrainingState, { weight }: EpochSignals): void {
  const { signals, answers, visits } = state.recorder.run;
  const margins = signals.margin.map((sum, sample) => sum / answers[sample]!);
  state.plateau = watchPlateau(state.plateau, weight, margins, { weights: signals.weight, visits });
}

function evaluationOf({ job, network, feed, control, microBatchSize }: RunContext, state: TrainingState): Evaluation {
  return { network, parameters: state.optimiser.parameters, feed, labels: job.labels, control, microBatchSize };
}

async function* finish(
  context: RunContext,
  state: TrainingState,
  rank: Ranker,
): AsyncGenerator<TrainingProgress | TrainingFinished> {
  const { job, computing, control, progress, reduced, helper } = context;
  const describe = (): TrainingProgress => describeProgress(context, 'ranking', state.epochsDone, 0, null, false);
  yield describe();
  let isSettled = false;
  const scoring = scoreRun(
    job,
    state.recorder.run,
    state.plateau,
    evaluationOf(context, state),
    { rank, reduced, helper },
    state.method.softLabels,
  ).finally(() => {
    isSettled = true;
  });
  try {
    while (!isSettled) {
      await control.waitFor(scoring, progressIntervalMs);
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
    head: await readHead(job, reduced, state.optimiser.parameters),
    parameters: await readParameters(job, context.network, state.optimiser.parameters),
    versions: describeVersions(computing),
  };
}

function describeVersions({ engine, decision }: ChosenEngine): TrainingFinished['versions'] {
  const { name, device, versions } = engine;
  return { engine: name, device, engineReason: explainDecision(decision), ...versions };
}

function describeProgress(
  { job, computing: { engine, decision }, progress, phases }: PreparedRun,
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
    decision,
    memoryBytes: engine.memory().heldBytes,
    epochIndex,
    epochCount: job.settings.epochs,
    stepsDone: stepsBefore(phaseAt(phases, epochIndex), epochIndex, stepInEpoch).run,
    stepsTotal: stepsTotal(phases),
    trainingLoss: meter?.trainingLoss ?? null,
    trustedLoss: meter?.trustedLoss ?? null,
  };
  return progress.describe(fields, isPaused);
}
