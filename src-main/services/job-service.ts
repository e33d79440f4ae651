/** Long work: each piece has an id, a whole state that is sent at every change, and can be cancelled. */
import type { MethodHandlers } from '../contract/methods.ts';
import type { JobId, JobKind, JobResults, JobState, ProjectId, TrainingState } from '../contract/payloads.ts';
import { toWireError, type ReportBug } from '../contract/wire-error.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { EventHub } from './event-hub.ts';
import type { Clock, Progress } from './ports/long-calls.ts';

/** States are sent at most this often, except at a new stage and at the end. */
const emitEveryMs = 100;
/** Ended jobs that can still be asked for. */
const keptJobs = 50;

export interface PauseControls {
  readonly pause: () => void;
  readonly resume: () => void;
}

/** What the work may say and must heed. */
export interface JobControl {
  readonly signal: AbortSignal;
  /** `secondsLeft` where the work knows better than a straight line through its progress. */
  readonly report: (progress: Progress, secondsLeft?: number | null) => void;
  readonly setTraining: (training: TrainingState) => void;
  /** Makes the job pausable. */
  readonly setPauseControls: (controls: PauseControls) => void;
}

interface Job {
  state: JobState;
  readonly abort: AbortController;
  readonly listeners: Set<(state: JobState) => void>;
  controls: PauseControls | null;
  ended: Promise<void>;
  stageStartedAtMs: number;
  emittedAtMs: number;
  timer: NodeJS.Timeout | null;
}

export type JobMethods = Pick<MethodHandlers, 'job/list' | 'job/get' | 'job/cancel' | 'job/pause' | 'job/resume'>;

export class JobService {
  readonly methods: JobMethods = {
    'job/list': () => [...this.#jobs.values()].map(({ state }) => state),
    'job/get': ({ jobId }) => this.#get(jobId).state,
    'job/cancel': ({ jobId }) => this.cancel(jobId),
    'job/pause': ({ jobId }) => this.#controls(jobId).pause(),
    'job/resume': ({ jobId }) => this.#controls(jobId).resume(),
  };

  readonly #jobs = new Map<JobId, Job>();
  readonly #events: EventHub;
  readonly #clock: Clock;
  readonly #reportBug: ReportBug;
  #nextNumber = 1;

  constructor(options: { readonly events: EventHub; readonly clock: Clock; readonly reportBug: ReportBug }) {
    this.#events = options.events;
    this.#clock = options.clock;
    this.#reportBug = options.reportBug;
  }

  /** Begins `work` after the caller has returned, so that its job id is known before the first event. */
  start<K extends JobKind>(
    kind: K,
    projectId: ProjectId | null,
    work: (control: JobControl) => Promise<JobResults[K]>,
  ): JobId {
    const job = this.#add(kind, projectId);
    job.ended = Promise.resolve()
      .then(() => work(this.#controlOf(job)))
      .then(
        (result) => this.#end(job, { status: 'done', result }),
        (error: unknown) => this.#fail(job, error),
      );
    return job.state.jobId;
  }

  /** Resolves with the final state, failed and cancelled ones included; `onState` hears every state until then. */
  async wait(jobId: JobId, onState: (state: JobState) => void = () => {}): Promise<JobState> {
    const job = this.#get(jobId);
    job.listeners.add(onState);
    onState(job.state);
    await job.ended;
    job.listeners.delete(onState);
    return job.state;
  }

  /** Asks the job to stop. It has stopped once its state says so. */
  cancel(jobId: JobId): void {
    this.#get(jobId).abort.abort();
  }

  /** Cancels what runs, of one project or everything, and resolves when it has stopped. */
  async cancelAll(projectId?: ProjectId): Promise<void> {
    const concerned = [...this.#jobs.values()].filter(
      ({ state }) => projectId === undefined || state.projectId === projectId,
    );
    for (const job of concerned) job.abort.abort();
    await Promise.all(concerned.map(({ ended }) => ended));
  }

  /** The running job of that kind in the project, if there is one. */
  running(kind: JobKind, projectId: ProjectId): JobState | null {
    for (const { state } of this.#jobs.values()) {
      if (state.kind === kind && state.projectId === projectId && state.status === 'running') return state;
    }
    return null;
  }

  #add(kind: JobKind, projectId: ProjectId | null): Job {
    const nowMs = this.#clock.nowMs();
    const jobId = `job-${this.#nextNumber++}` as JobId;
    const state: JobState = {
      ...{ jobId, projectId, kind, status: 'running', stage: 'Starting', done: 0, total: null },
      ...{ secondsLeft: null, startedAtMs: nowMs, training: null, result: null, error: null },
    };
    const job: Job = {
      ...{ state, abort: new AbortController(), listeners: new Set(), controls: null, ended: Promise.resolve() },
      ...{ stageStartedAtMs: nowMs, emittedAtMs: Number.NEGATIVE_INFINITY, timer: null },
    };
    this.#jobs.set(jobId, job);
    this.#forgetOldest();
    return job;
  }

  #forgetOldest(): void {
    const ended = [...this.#jobs.values()].filter(({ state }) => state.status !== 'running');
    for (const { state } of ended.slice(0, Math.max(0, ended.length - keptJobs))) this.#jobs.delete(state.jobId);
  }

  #controlOf(job: Job): JobControl {
    return {
      signal: job.abort.signal,
      report: (progress, secondsLeft) => this.#report(job, progress, secondsLeft),
      setTraining: (training) => this.#change(job, { training }, false),
      setPauseControls: (controls) => {
        job.controls = controls;
      },
    };
  }

  #report(job: Job, { stage, done, total }: Progress, secondsLeft?: number | null): void {
    const isNewStage = stage !== job.state.stage;
    if (isNewStage) job.stageStartedAtMs = this.#clock.nowMs();
    const left = secondsLeft === undefined ? this.#estimateLeft(job, done, total) : secondsLeft;
    this.#change(job, { stage, done, total, secondsLeft: left }, isNewStage);
  }

  #estimateLeft(job: Job, done: number, total: number | null): number | null {
    if (total === null || done <= 0) return null;
    const elapsedMs = this.#clock.nowMs() - job.stageStartedAtMs;
    return (elapsedMs / 1000 / done) * Math.max(0, total - done);
  }

  #change(job: Job, change: Partial<JobState>, isUrgent: boolean): void {
    job.state = { ...job.state, ...change };
    const waitMs = job.emittedAtMs + emitEveryMs - this.#clock.nowMs();
    if (isUrgent || waitMs <= 0) return this.#emit(job);
    job.timer ??= setTimeout(() => this.#emit(job), waitMs);
  }

  #emit(job: Job): void {
    if (job.timer !== null) clearTimeout(job.timer);
    job.timer = null;
    job.emittedAtMs = this.#clock.nowMs();
    for (const listener of [...job.listeners]) listener(job.state);
    this.#events.emit('job/changed', job.state);
  }

  #end(job: Job, change: Partial<JobState>): void {
    this.#change(job, { ...change, secondsLeft: null }, true);
  }

  #fail(job: Job, error: unknown): void {
    const wireError = toWireError(error, this.#reportBug);
    if (wireError.code === 'cancelled') this.#end(job, { status: 'cancelled' });
    else this.#end(job, { status: 'failed', error: wireError });
  }

  #get(jobId: JobId): Job {
    const job = this.#jobs.get(jobId);
    if (job) return job;
    throw new TouchstoneError(
      'not-found',
      `There is no job ${jobId}. It may have ended long ago; list the jobs again.`,
    );
  }

  #controls(jobId: JobId): PauseControls {
    const job = this.#get(jobId);
    if (job.controls && job.state.status === 'running') return job.controls;
    throw new TouchstoneError('wrong-use', `The job ${jobId} cannot be paused now. Only a running training can.`);
  }
}
