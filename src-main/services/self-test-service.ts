/** The planted-error self-test: one more training, on a copy of the labels with known errors in it, to see how many come to the top. */
import type { MethodHandlers } from '../contract/methods.ts';
import type { SelfTestReport } from '../contract/payloads.ts';
import { measurePlanted } from '../core/audit/measure-planted.ts';
import { plantErrors, type PlantedErrors } from '../core/audit/plant-errors.ts';
import { TouchstoneError } from '../core/errors.ts';
import { deriveSeed } from '../core/random/random-generator.ts';
import type { RunScores } from '../core/ranking/run-scores.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { TrainingHandle } from './ports/training-runner.ts';
import type { RunView } from './run-view.ts';
import type { ServiceContext } from './service-context.ts';
import { loadInputs, readPresentSamples } from './training-inputs.ts';

export type SelfTestMethods = Pick<MethodHandlers, 'self-test/start' | 'self-test/last'>;

export function createSelfTestMethods(context: ServiceContext): SelfTestMethods {
  const { projects, ports, jobs } = context;
  return {
    'self-test/last': async ({ projectId, runId }) => {
      const { stores } = projects.get(projectId);
      const tested = runId ?? stores.runs.latestFinished()?.id;
      return tested === undefined ? null : stores.selfTests.read(tested);
    },
    'self-test/start': async ({ projectId, runId }) => {
      const project = projects.get(projectId);
      const runView = await project.lists.runViewFor(runId);
      if (!runView) throw new TouchstoneError('run-not-found', 'There is no ranking to test yet. Train first.');
      const planted = plant(project, runView);
      const release = ports.trainingLocks.tryAcquire(project.stores.info.folder);
      if (!release) {
        const message = 'A training of this project is running. Wait for it, or cancel it, then test.';
        throw new TouchstoneError('run-in-progress', message);
      }
      const test = (control: JobControl) => runSelfTest(context, project, runView, planted, control);
      return { jobId: jobs.start('self-test', projectId, (control) => test(control).finally(release)) };
    },
  };
}

function plant({ stores }: OpenProject, { run, scores }: RunView): PlantedErrors {
  if (scores.noise === null) {
    const message = `Run ${run.id} (method ${run.settings.method}) does not say which errors to expect. Train with the method l2rw, then test.`;
    throw new TouchstoneError('run-not-found', message, { details: { runId: run.id } });
  }
  const { labels, trusted } = stores.runs.inputs(run.id);
  const { transition } = scores.noise;
  return plantErrors({ ...scores, labels, trusted, transition, seed: deriveSeed(run.settings.seed, 'self-test') });
}

/**
 * Trains and ranks from the beginning. Nothing of the run may be taken over: its weights, its logits and so the start of its ranking come
 * from a head that was trained on the very labels that the planted ones replace, and would give them away.
 */
async function runSelfTest(
  context: ServiceContext,
  project: OpenProject,
  runView: RunView,
  planted: PlantedErrors,
  control: JobControl,
): Promise<SelfTestReport> {
  const { stores } = project;
  const { run } = runView;
  const { sampleIds, trusted } = stores.runs.inputs(run.id);
  const samples = await readPresentSamples(stores, sampleIds, control.signal);
  if (samples.length < sampleIds.length) {
    const message = `${sampleIds.length - samples.length} images of run ${run.id} are gone. Train again, then test.`;
    throw new TouchstoneError('image-unreadable', message);
  }
  const options = { signal: control.signal, onProgress: control.report };
  const { inputs } = await loadInputs(context.ports, stores, samples, run.settings, options);
  const counts = { classCount: run.classIds.length, sampleCount: samples.length };
  const { labels } = planted;
  const job = { settings: run.settings, ...counts, inputs, labels, trusted, checkpoint: null };
  const scores = await follow(context.ports.runner.start(job), control);
  const result = report(runView, sampleIds, planted, scores);
  if (!stores.info.isReadOnly) stores.selfTests.replace(result);
  return result;
}

async function follow(handle: TrainingHandle, { signal, report }: JobControl): Promise<RunScores> {
  const cancel = (): void => handle.cancel();
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    for await (const event of handle.events) {
      if (event.kind === 'finished') return event.scores;
      if (event.kind !== 'progress') continue;
      const { phase, stepsDone, stepsTotal, secondsLeft } = event;
      const stage = phase === 'ranking' ? 'Ranking with planted errors' : 'Training with planted errors';
      report({ stage, done: stepsDone, total: stepsTotal }, secondsLeft);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  throw new TouchstoneError('worker-crashed', 'The training ended without a ranking. Run the self-test again.');
}

function report(
  { run, index, scores }: RunView,
  sampleIds: readonly number[],
  planted: PlantedErrors,
  { suspicion, errorProbability }: RunScores,
): SelfTestReport {
  const isReviewed = Uint8Array.from(sampleIds, (sampleId) => {
    const position = index.positionOf(sampleId);
    return Number(index.decisions[position] !== 0 || index.trustedClassIds[position] !== 0);
  });
  const ownErrorProbability = scores.errorProbability;
  const measure = measurePlanted({ suspicion, errorProbability, planted, isReviewed, ownErrorProbability });
  const { fromMatrix, hard, uniform } = planted;
  const counts = { fromMatrix: fromMatrix.length, hard: hard.length, uniform: uniform.length };
  return { runId: run.id, planted: counts, ...measure };
}
