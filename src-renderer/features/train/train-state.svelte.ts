/** The Train page: the promise before a run, the run while it goes on, and the runs there were. No DOM. */
import type {
  BackboneView,
  JobState,
  ProjectId,
  RunDetail,
  RunSummary,
  TrainingDefaults,
  TrainingState,
} from '../../../src-main/contract/payloads.ts';
import type { ClassId, RunId } from '../../../src-main/core/dataset/sample.ts';
import type { NetworkName } from '../../../src-main/core/reweight/run-settings.ts';
import type { EpochMetrics } from '../../../src-main/core/reweight/signals.ts';
import { coalesce } from '../../lib/coalesce.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { trainedRunOf } from '../frame/job-results.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';
import { RunComparisonState } from './run-comparison.svelte.ts';
import { TrainingForm } from './training-form.svelte.ts';

const resumable: readonly RunSummary['status'][] = ['interrupted', 'cancelled', 'failed'];

export class TrainState {
  readonly app: AppState;
  readonly projectId: ProjectId;
  readonly training: JobSlot;
  readonly form = new TrainingForm();
  readonly comparison: RunComparisonState;
  defaults = $state.raw<TrainingDefaults | null>(null);
  runs = $state.raw<readonly RunSummary[]>([]);
  /** The run whose charts are shown while none is running. */
  shown = $state.raw<RunDetail | null>(null);
  /** Those that are here; none until they were asked for. */
  backbones = $state.raw<readonly BackboneView[]>([]);
  isLoaded = $state(false);
  readonly live = $derived.by<TrainingState | null>(() => (this.training.isRunning ? this.#live() : null));
  readonly epochs = $derived.by<readonly EpochMetrics[]>(() =>
    this.training.isRunning ? (this.live?.epochs ?? []) : (this.shown?.epochs ?? []),
  );
  /** Seconds that the next run will take, roughly; null where nobody knows. */
  readonly estimatedSeconds = $derived.by<number | null>(() => this.#estimate());
  readonly hasEnoughTrusted = $derived.by(() => (this.app.project?.trusted.smallestPerClass ?? 0) > 0);
  readonly load: () => Promise<void>;

  constructor(app: AppState, projectId: ProjectId) {
    this.app = app;
    this.projectId = projectId;
    this.comparison = new RunComparisonState(app, projectId);
    const onEnd = (job: JobState) => this.#onEnd(job);
    this.training = new JobSlot(app, { kind: 'training', projectId, isShared: true, onEnd });
    this.load = coalesce(() => this.#load());
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [
      this.training.attach(),
      this.app.onReconnect(() => void this.load()),
      this.app.api.on('project/changed', ({ projectId }) => {
        if (projectId === this.projectId && this.isLoaded) void this.load();
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  nameOf = (classId: ClassId): string =>
    this.app.project?.classes.find((counts) => counts.classId === classId)?.name ?? `class ${classId}`;

  async train(): Promise<void> {
    if (this.training.isRunning || !this.form.isValid) return;
    const input = { projectId: this.projectId, settings: this.form.settings() };
    await this.training.start(this.app.api.call('train/start', input));
  }

  /** Goes on from the last epoch that was written down. */
  async resumeRun(runId: RunId): Promise<void> {
    if (this.training.isRunning) return;
    await this.training.start(this.app.api.call('train/resume', { projectId: this.projectId, runId }));
  }

  async togglePause(): Promise<void> {
    const { job } = this.training;
    if (job?.status !== 'running' || this.live?.phase !== 'training') return;
    const method = this.live.isPaused ? 'job/resume' : 'job/pause';
    await this.app.attempt(this.app.api.call(method, { jobId: job.jobId }));
  }

  /** What was done up to the last epoch is kept: the run can go on later. */
  cancel(): Promise<void> {
    return this.training.cancel();
  }

  async chooseNetwork(network: NetworkName): Promise<void> {
    this.form.chooseNetwork(network);
    await this.load();
  }

  async chooseBackbone(backbone: string): Promise<void> {
    this.form.chooseBackbone(backbone);
    await this.load();
  }

  /** The backbones that are here. */
  async loadBackbones(): Promise<void> {
    const list = await this.app.attempt(this.app.api.call('backbones/list', {}));
    if (list) this.backbones = list.backbones.filter(({ isInstalled }) => isInstalled);
  }

  async clearForm(): Promise<void> {
    this.form.clear();
    await this.load();
  }

  async show(runId: RunId): Promise<void> {
    const { projectId } = this;
    const detail = await this.app.attempt(this.app.api.call('train/get-run', { projectId, runId }));
    if (detail) this.shown = detail;
  }

  isResumable({ status }: RunSummary): boolean {
    return resumable.includes(status) && !this.training.isRunning;
  }

  #live(): TrainingState | null {
    return this.training.job?.training ?? null;
  }

  /** The host's estimate is for its own number of epochs. */
  #estimate(): number | null {
    const seconds = this.defaults?.estimatedSeconds ?? null;
    const epochs = this.defaults?.settings.epochs ?? 0;
    if (seconds === null || epochs === 0) return seconds;
    const wanted = this.form.settings().epochs ?? epochs;
    return Number.isFinite(wanted) ? (seconds * wanted) / epochs : seconds;
  }

  #onEnd(job: JobState): void {
    const run = trainedRunOf(job);
    if (run) this.shown = run;
    if (job.status === 'cancelled') this.app.inform('The run was stopped. It can go on from its last epoch.');
    void this.load();
    void this.app.refreshProject();
  }

  async #load(): Promise<void> {
    const { projectId } = this;
    const { network, backbone } = this.form.choices;
    const input = { projectId, ...(network ? { network } : {}), ...(backbone ? { backbone } : {}) };
    const [defaults, runs] = await Promise.all([
      this.app.attempt(this.app.api.call('train/defaults', input)),
      this.app.attempt(this.app.api.call('train/list-runs', { projectId })),
    ]);
    if (defaults && network === this.form.choices.network && backbone === this.form.choices.backbone) {
      this.defaults = defaults;
      this.form.defaults = defaults.settings;
    }
    if (runs) this.runs = runs;
    const [newest] = this.runs;
    if (!this.shown && newest && newest.epochsDone > 0) await this.show(newest.runId);
    this.isLoaded = true;
  }
}
