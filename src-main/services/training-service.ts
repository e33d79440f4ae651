/** Training: start, go on with what was interrupted, and what earlier runs did. */
import type { MethodHandlers } from '../contract/methods.ts';
import type { JobId } from '../contract/payloads.ts';
import type { RunId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import { headInput } from './head-input.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Run, RunStatus } from './ports/run-store.ts';
import { checkPlan, planSamples, resolveSettings } from './run-plan.ts';
import { describeRun, requireRun, summariseRun } from './run-summaries.ts';
import { runTraining } from './run-training.ts';
import { emitChange, type ServiceContext } from './service-context.ts';
import { describeDefaults } from './training-defaults.ts';

const resumableStatuses: ReadonlySet<RunStatus> = new Set(['interrupted', 'cancelled', 'failed']);

export type TrainingMethods = Pick<
  MethodHandlers,
  'train/defaults' | 'train/start' | 'train/resume' | 'train/list-runs' | 'train/get-run'
>;

export function createTrainingMethods(context: ServiceContext): TrainingMethods {
  const { projects } = context;
  return {
    'train/defaults': ({ projectId, network = 'head', backbone }) =>
      describeDefaults(context, projects.get(projectId), network, backbone),
    'train/start': ({ projectId, settings }) => startRun(context, projects.getWritable(projectId), settings),
    'train/resume': ({ projectId, runId }) => resumeRun(context, projects.getWritable(projectId), runId),
    'train/list-runs': ({ projectId }) => {
      const { stores } = projects.get(projectId);
      return stores.runs.all().map((run) => summariseRun(stores, run));
    },
    'train/get-run': ({ projectId, runId }) => {
      const { stores } = projects.get(projectId);
      return describeRun(stores, requireRun(stores, runId));
    },
  };
}

async function startRun(context: ServiceContext, project: OpenProject, settings: Partial<RunSettings>) {
  const { stores, views } = project;
  const plan = planSamples(await views.index());
  const isHead = (settings.network ?? 'head') === 'head';
  const input = isHead ? await headInput(context.ports, settings) : {};
  const resolved = resolveSettings({ ...settings, ...input }, plan.sampleIds.length);
  checkPlan(plan, resolved.method, stores.samples.classes());
  const { version, nodeVersion } = context.ports.appInfo();
  const versions = { touchstone: version, node: nodeVersion };
  // Nothing is awaited from here on: two calls at once must not both pass.
  return launch(context, project, () =>
    stores.runs.create(
      { ...plan, settings: resolved, versions, trustedCount: plan.trusted.length },
      context.ports.clock.nowMs(),
    ),
  );
}

function resumeRun(context: ServiceContext, project: OpenProject, runId: RunId | undefined) {
  const { runs } = project.stores;
  return launch(context, project, () => {
    const run = runId === undefined ? newestResumable(project.stores) : requireRun(project.stores, runId);
    if (!resumableStatuses.has(run.status)) {
      const message = `Run ${run.id} is ${run.status}: only an interrupted, cancelled or failed run can go on. Start a new one.`;
      throw new TouchstoneError('run-not-resumable', message, { details: { runId: run.id, status: run.status } });
    }
    runs.setStatus(run.id, 'running', context.ports.clock.nowMs());
    return requireRun(project.stores, run.id);
  });
}

function newestResumable(stores: ProjectStores): Run {
  const run = stores.runs.all().find(({ status }) => resumableStatuses.has(status));
  if (run) return run;
  throw new TouchstoneError('run-not-resumable', 'No run of this project waits to be resumed. Start a new one.');
}

/** Holds the project's training lock from before the run is written down until its job has ended. */
function launch(context: ServiceContext, project: OpenProject, prepare: () => Run): { jobId: JobId; runId: RunId } {
  const release = context.ports.trainingLocks.tryAcquire(project.stores.info.folder);
  if (!release) {
    const message = 'A training of this project is running already. Wait for it, or cancel it, then start another.';
    throw new TouchstoneError('run-in-progress', message);
  }
  try {
    const run = prepare();
    const jobId = context.jobs.start('training', project.id, (control) =>
      runTraining(context, project, run, control).finally(release),
    );
    emitChange(context, project, 'runs');
    return { jobId, runId: run.id };
  } catch (error) {
    release();
    throw error;
  }
}
