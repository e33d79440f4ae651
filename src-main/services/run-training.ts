/**
 * One training execution as a job: loads the inputs, starts the runner, and writes down each epoch before the next may begin.
 *
 * The order within an epoch makes a kill harmless at any moment: first the checkpoint's file, then the rows that name it, then
 * the older file goes.
 */
import type { RunDetail, TrainingState } from '../contract/payloads.ts';
import { encodeTrainedHead, type TrainedHead } from '../core/influence/trained-head.ts';
import { encodeNetworkFile, type NamedParameters } from '../core/network-export/network-file.ts';
import { isTouchstoneError, TouchstoneError } from '../core/errors.ts';
import { headFileName } from './explain-suspect.ts';
import { networkFileName } from './network-export.ts';
import { LiveSuspects } from './live-suspects.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { Run } from './ports/run-store.ts';
import type { EpochDone, TrainingFinished, TrainingHandle, TrainingProgress } from './ports/training-runner.ts';
import type { RunInputs } from './ports/columns.ts';
import { describeRun, requireRun } from './run-summaries.ts';
import { emitChange, type ServiceContext } from './service-context.ts';
import { loadInputs, readPresentSamples } from './training-inputs.ts';

const stageNames = { loading: 'Preparing the network', training: 'Training', ranking: 'Ranking' } as const;

export async function runTraining(
  context: ServiceContext,
  project: OpenProject,
  run: Run,
  control: JobControl,
): Promise<RunDetail> {
  const execution = new RunExecution(context, project, run, control);
  try {
    await execution.run();
  } catch (error) {
    execution.recordFailure(error);
    throw error;
  } finally {
    emitChange(context, project, 'runs');
  }
  return describeRun(project.stores, requireRun(project.stores, run.id));
}

class RunExecution {
  readonly #context: ServiceContext;
  readonly #project: OpenProject;
  readonly #run: Run;
  readonly #control: JobControl;
  #checkpointFile: string | null;
  #state: TrainingState;
  #suspects: LiveSuspects | null = null;

  constructor(context: ServiceContext, project: OpenProject, run: Run, control: JobControl) {
    this.#context = context;
    this.#project = project;
    this.#run = run;
    this.#control = control;
    this.#checkpointFile = project.stores.runs.checkpointFile(run.id);
    this.#state = {
      ...{ runId: run.id, phase: 'preparing', engine: null, device: null, decision: null },
      ...{ memoryBytes: null, epochIndex: run.epochsDone },
      ...{ epochCount: run.settings.epochs, examplesPerSecond: null, trainingLoss: null, trustedLoss: null },
      ...{ isPaused: false, epochs: project.stores.runs.epochs(run.id), suspects: [] },
    };
  }

  async run(): Promise<void> {
    const { runner } = this.#context.ports;
    const { settings, classIds } = this.#run;
    this.#publish({});
    const stored = this.#project.stores.runs.inputs(this.#run.id);
    const { sampleIds, labels, trusted } = stored;
    this.#suspects = new LiveSuspects(stored, classIds);
    const inputs = await this.#loadInputs(sampleIds);
    const checkpoint = await this.#readCheckpoint();
    const counts = { classCount: classIds.length, sampleCount: sampleIds.length };
    const handle = runner.start({ settings, ...counts, inputs, labels, trusted, checkpoint });
    await this.#follow(handle);
  }

  recordFailure(error: unknown): void {
    const { ports } = this.#context;
    const isCancelled = isTouchstoneError(error, 'cancelled');
    const failure = isTouchstoneError(error) ? error.message : 'Something went wrong inside Touchstone.';
    try {
      const { runs } = this.#project.stores;
      if (isCancelled) runs.setStatus(this.#run.id, 'cancelled', ports.clock.nowMs());
      else runs.setStatus(this.#run.id, 'failed', ports.clock.nowMs(), failure);
    } catch (storageError) {
      // The user is told of the first error. The run is found interrupted when the project opens again.
      ports.reportBug(storageError);
    }
  }

  async #loadInputs(sampleIds: RunInputs['sampleIds']) {
    const { stores } = this.#project;
    const { signal, report } = this.#control;
    const samples = await readPresentSamples(stores, sampleIds, signal);
    if (samples.length < sampleIds.length) {
      const missing = `${sampleIds.length - samples.length} of its ${sampleIds.length} images are gone`;
      throw new TouchstoneError('run-not-resumable', `Run ${this.#run.id} cannot go on: ${missing}. Start a new one.`);
    }
    const options = { signal, onProgress: report };
    const loaded = await loadInputs(this.#context.ports, stores, samples, this.#run.settings, options);
    this.#rememberBackbone(loaded.backboneHash);
    return loaded.inputs;
  }

  #rememberBackbone(hash: string | null): void {
    if (hash === null) return;
    const known = this.#run.versions['backbone'];
    if (known !== undefined && known !== hash) {
      const message = `Run ${this.#run.id} cannot go on: the backbone ${this.#run.settings.backbone} is not the file that it began with. Start a new one.`;
      throw new TouchstoneError('run-not-resumable', message);
    }
    this.#project.stores.runs.addVersions(this.#run.id, { backbone: hash });
  }

  async #readCheckpoint(): Promise<Uint8Array | null> {
    if (this.#checkpointFile === null) return null;
    const { folder } = this.#project.stores.info;
    return this.#context.ports.checkpointFiles.read(folder, this.#checkpointFile);
  }

  async #follow(handle: TrainingHandle): Promise<void> {
    const cancel = () => handle.cancel();
    this.#control.signal.addEventListener('abort', cancel);
    if (this.#control.signal.aborted) cancel();
    this.#control.setPauseControls({
      pause: () => this.#setPaused(handle, true),
      resume: () => this.#setPaused(handle, false),
    });
    try {
      for await (const event of handle.events) {
        if (event.kind === 'progress') this.#showProgress(event);
        else if (event.kind === 'epoch-done') await this.#writeEpoch(event);
        else await this.#finish(event);
      }
    } finally {
      this.#control.signal.removeEventListener('abort', cancel);
    }
  }

  #setPaused(handle: TrainingHandle, isPaused: boolean): void {
    if (isPaused) handle.pause();
    else handle.resume();
    const status = isPaused ? 'paused' : 'running';
    this.#project.stores.runs.setStatus(this.#run.id, status, this.#context.ports.clock.nowMs());
    this.#publish({ isPaused });
    emitChange(this.#context, this.#project, 'runs');
  }

  #showProgress(progress: TrainingProgress): void {
    const { phase, engine, device, decision, memoryBytes, epochIndex, epochCount, examplesPerSecond, isPaused } =
      progress;
    const { trainingLoss, trustedLoss, stepsDone, stepsTotal, secondsLeft } = progress;
    const computing = { engine, device, decision, memoryBytes, examplesPerSecond };
    this.#publish({ phase, ...computing, epochIndex, epochCount, trainingLoss, trustedLoss, isPaused });
    const stage = isPaused ? 'Paused' : stageNames[phase];
    this.#control.report({ stage, done: stepsDone, total: stepsTotal }, secondsLeft);
  }

  async #writeEpoch({ metrics, signals, checkpoint }: EpochDone): Promise<void> {
    const { folder } = this.#project.stores.info;
    const name = `run-${this.#run.id}-epoch-${metrics.epochIndex}.ckpt`;
    await this.#context.ports.checkpointFiles.write(folder, name, checkpoint);
    await this.#project.stores.runs.writeEpoch(this.#run.id, metrics, signals, name);
    const older = this.#checkpointFile;
    this.#checkpointFile = name;
    if (older !== null && older !== name) await this.#removeCheckpoint(older);
    const suspects = this.#suspects?.add(signals, this.#project.stores) ?? [];
    this.#publish({ epochs: [...this.#state.epochs, metrics], suspects });
  }

  async #finish({ scores, head, parameters, versions }: TrainingFinished): Promise<void> {
    const { runs } = this.#project.stores;
    runs.addVersions(this.#run.id, versions);
    await runs.writeScores(this.#run.id, scores);
    if (head !== null) await this.#keepHead(head);
    if (parameters !== null) await this.#keepNetwork(parameters);
    runs.setStatus(this.#run.id, 'finished', this.#context.ports.clock.nowMs());
    if (this.#checkpointFile !== null) await this.#removeCheckpoint(this.#checkpointFile);
  }

  /** Without it the ranking cannot be explained, but stands. */
  async #keepHead(head: TrainedHead): Promise<void> {
    const { checkpointFiles, reportBug } = this.#context.ports;
    const { folder } = this.#project.stores.info;
    await checkpointFiles.write(folder, headFileName(this.#run.id), encodeTrainedHead(head)).catch(reportBug);
  }

  /** What exporting the network takes. Without it the ranking stands. */
  async #keepNetwork(parameters: NamedParameters): Promise<void> {
    const { checkpointFiles, reportBug } = this.#context.ports;
    const { folder } = this.#project.stores.info;
    const file = encodeNetworkFile(parameters);
    await checkpointFiles.write(folder, networkFileName(this.#run.id), file).catch(reportBug);
  }

  /** A file that stays behind costs some space, but not the run. */
  async #removeCheckpoint(name: string): Promise<void> {
    const { checkpointFiles, reportBug } = this.#context.ports;
    await checkpointFiles.remove(this.#project.stores.info.folder, name).catch(reportBug);
  }

  #publish(change: Partial<TrainingState>): void {
    this.#state = { ...this.#state, ...change };
    this.#control.setTraining(this.#state);
  }
}
