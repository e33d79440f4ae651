/** One run of an experiment: trains in this thread, tests as it goes, and hands out states that it can go on from. */
import { balancedAccuracy, confusionMatrix } from '../core/metrics/confusion-matrix.ts';
import { stepsPerEpoch } from '../core/random/batch-sampler.ts';
import { rankByMargin } from '../core/ranking/rank-by-margin.ts';
import { reduceAlike, type ReducedVectors } from '../core/ranking/reduce-vectors.ts';
import { chooseSampling } from '../core/reweight/training-methods.ts';
import { disposeOptimiserState } from '../core/reweight/sgd.ts';
import type { EngineChoice, RunSettings } from '../core/reweight/run-settings.ts';
import type { EngineEnvironment } from '../engines/known-engines.ts';
import type { EpochDone, TrainingJob } from '../services/ports/training-runner.ts';
import { chooseSamples } from '../training/chosen-samples.ts';
import type { DataFeed } from '../training/data-feed.ts';
import { createDataFeed, createVectorFeed } from '../training/data-feed.ts';
import { evaluate } from '../training/evaluate.ts';
import { createPhases, phaseAt, stepsBefore } from '../training/phases.ts';
import { RunControl } from '../training/run-control.ts';
import { prepareInputs } from '../training/run-inputs.ts';
import { startChosen } from '../engines/start-chosen.ts';
import { runJob } from '../training/run-job.ts';
import type { StartEngine } from '../training/run-job.ts';
import type { Ranker } from '../training/score-run.ts';
import { loadState } from '../training/training-state.ts';
import type { CellResult, CurvePoint, PartialRun } from './cell-result.ts';
import { countWeights } from './count-weights.ts';
import type { PictureInputs } from './data/pictures.ts';
import { pickInputs } from './data/pictures.ts';
import type { Experiment } from './experiment.ts';
import type { Cell } from './preset.ts';

/** Points of an accuracy curve, at most; tests between them would only take time. */
const curvePoints = 40;
const lastEpochsTested = 5;

/** Tables want no suspicion: the quick ranking does. */
const quickly: Ranker = (input) => Promise.resolve(rankByMargin({ ...input, logits: input.startLogits }));

export interface CellRun {
  readonly preset: string;
  readonly cell: Cell;
  readonly seed: number;
  /** Share of the paper's steps that are taken. */
  readonly scale: number;
  readonly engine: EngineChoice;
  readonly environment: EngineEnvironment;
  readonly overrides: Partial<RunSettings>;
  readonly signal: AbortSignal;
  /** What an earlier attempt left. */
  readonly start: { readonly run: PartialRun; readonly checkpoint: Uint8Array } | null;
  /** Called behind every test, before training goes on. */
  readonly keep: (run: PartialRun, checkpoint: Uint8Array) => Promise<void>;
  readonly onProgress: (progress: {
    readonly done: number;
    readonly total: number;
    readonly accuracy: number | null;
  }) => void;
}

/** The run's settings: the preset's, with as many epochs as its share of the steps takes. */
export function cellSettings(
  { cell, seed, scale, engine, overrides }: Pick<CellRun, 'cell' | 'seed' | 'scale' | 'engine' | 'overrides'>,
  { labels, trusted }: Experiment,
): RunSettings {
  const settings = { ...cell.settings, ...overrides, seed, engine };
  const { batchSize, method } = settings;
  const trained = method === 'clean-only' ? Int32Array.from(trusted, (index) => labels[index] ?? 0) : labels;
  const epochsOf = (steps: number, perEpoch: number): number => Math.max(1, Math.round((steps * scale) / perEpoch));
  const epochs = epochsOf(
    cell.steps,
    chooseSampling({ method })({ labels: trained, batchSize, distance: null }).stepsPerEpoch,
  );
  const fineTuneEpochs =
    cell.fineTuneSteps > 0 ? epochsOf(cell.fineTuneSteps, stepsPerEpoch(trusted.length, batchSize)) : 0;
  return { ...settings, epochs: epochs + fineTuneEpochs, fineTuneEpochs };
}

/** Throws `cancelled` when the signal is aborted, and what training throws. */
export async function runCell(experiment: Experiment, run: CellRun): Promise<CellResult> {
  const settings = cellSettings(run, experiment);
  const job = makeJob(experiment, settings, run);
  const control = new RunControl();
  const cancel = () => control.cancel();
  run.signal.addEventListener('abort', cancel);
  if (run.signal.aborted) cancel();
  const startedAtMs = performance.now();
  const secondsBefore = run.start?.run.seconds ?? 0;
  const seconds = (): number => secondsBefore + (performance.now() - startedAtMs) / 1000;
  let state: PartialRun = run.start?.run ?? { settings, curve: [], confusion: [], weights: null, seconds: 0 };
  let steps = state.curve.at(-1)?.step ?? 0;
  let versions: Readonly<Record<string, string>> = {};
  try {
    const startEngine: StartEngine = (choice, inputs) => startChosen(choice, run.environment, inputs);
    for await (const event of runJob(job, control, startEngine, quickly)) {
      if (event.kind === 'progress') {
        steps = event.stepsDone;
        run.onProgress({ done: steps, total: event.stepsTotal, accuracy: state.curve.at(-1)?.accuracy ?? null });
      }
      if (event.kind === 'finished') versions = event.versions;
      if (event.kind !== 'epoch-done') continue;
      const next = await test(experiment, job, event, state);
      if (next === null) continue;
      state = { ...next, seconds: seconds() };
      await run.keep(state, event.checkpoint);
    }
  } finally {
    run.signal.removeEventListener('abort', cancel);
  }
  return describe(experiment, run, { ...state, seconds: seconds() }, versions);
}

function makeJob(experiment: Experiment, settings: RunSettings, { cell, start }: CellRun): TrainingJob {
  const { inputs, labels, trusted, classNames, oracle } = experiment;
  return {
    settings,
    classCount: classNames.length,
    sampleCount: labels.length,
    inputs,
    labels,
    trusted,
    usesAllTrusted: true,
    isUnmonitored: true,
    ...(cell.isOracle === true && oracle !== null ? { classFactors: oracle } : {}),
    checkpoint: start?.checkpoint ?? null,
  };
}

/** Tests the epoch's parameters where the curve wants a point there; null elsewhere. */
async function test(
  experiment: Experiment,
  job: TrainingJob,
  { metrics, signals, checkpoint }: EpochDone,
  state: PartialRun,
): Promise<PartialRun | null> {
  const { epochs, fineTuneEpochs } = job.settings;
  const done = metrics.epochIndex + 1;
  const half = Math.ceil((epochs - fineTuneEpochs) / 2);
  const every = Math.ceil(epochs / curvePoints);
  if (done % every !== 0 && done <= epochs - lastEpochsTested && done !== half) return null;
  const confusion = await answerTest(experiment, job, checkpoint);
  const point: CurvePoint = {
    step: stepsAfter(job, done),
    accuracy: balancedAccuracy(confusion),
    trainingLoss: Number.isFinite(metrics.trainingLoss) ? metrics.trainingLoss : null,
  };
  const weights = done === half ? countWeights(experiment, point.step, signals.weight) : state.weights;
  const classCount = experiment.classNames.length;
  const rows = experiment.classNames.map((_, k) => [...confusion.subarray(k * classCount, (k + 1) * classCount)]);
  return { settings: job.settings, curve: [...state.curve, point], confusion: rows, weights, seconds: 0 };
}

function stepsAfter(job: TrainingJob, epochsDone: number): number {
  const phases = createPhases(job, chooseSamples(job));
  return stepsBefore(phaseAt(phases, epochsDone), epochsDone, 0).run;
}

/** Confusion matrix of the test pictures, [K, K] row by row. */
async function answerTest(experiment: Experiment, job: TrainingJob, checkpoint: Uint8Array): Promise<Uint32Array> {
  const { test: pictures, classNames } = experiment;
  const all = Uint32Array.from(pictures.labels.keys());
  const { network, reduced } = await prepareInputs(job);
  const feed = await createTestFeed(job, pickInputs(pictures, all), reduced);
  const { optimiser } = loadState(job, network, checkpoint);
  try {
    const predicted = new Int32Array(pictures.labels.length);
    const evaluation = {
      network,
      parameters: optimiser.parameters,
      feed,
      labels: pictures.labels,
      control: new RunControl(),
    };
    for await (const { samples, answers } of evaluate(evaluation, all)) predicted.set(answers.predicted, samples[0]);
    return confusionMatrix(pictures.labels, predicted, classNames.length);
  } finally {
    disposeOptimiserState(optimiser);
  }
}

/** Test vectors are scaled and projected as the training ones are. */
async function createTestFeed(
  job: TrainingJob,
  inputs: PictureInputs,
  reduced: ReducedVectors | null,
): Promise<DataFeed> {
  if (inputs.kind === 'pixels' || reduced === null) return createDataFeed({ ...job, inputs }, null);
  return createVectorFeed(await reduceAlike(new Float32Array(inputs.buffer), reduced), reduced.dimensions);
}

function describe(
  experiment: Experiment,
  { preset, cell, seed }: CellRun,
  { settings, curve, confusion, weights, seconds }: PartialRun,
  versions: Readonly<Record<string, string>>,
): CellResult {
  const counted = curve.slice(cell.reading === 'last' ? -1 : -lastEpochsTested).map(({ accuracy }) => accuracy);
  const { labels, trueLabels, trusted, classNames } = experiment;
  return {
    preset,
    ...{ row: cell.row, column: cell.column, seed, settings, steps: curve.at(-1)?.step ?? 0 },
    accuracy: counted.reduce((sum, value) => sum + value, 0) / counted.length,
    published: cell.published ?? null,
    ...{ curve, confusion, classNames: [...classNames], weights },
    trainingPictures: labels.length,
    wrongLabels: labels.filter((label, index) => label !== trueLabels[index]).length,
    trustedPictures: trusted.length,
    ...{ versions, seconds, finishedAt: new Date().toISOString() },
  };
}
