/** Follows one kind of long work: what was started here, or runs already when the page comes. */
import type { JobId, JobKind, JobState, ProjectId, WireError } from '../../../src-main/contract/payloads.ts';
import type { AppState } from './app-state.svelte.ts';

export interface JobSlotOptions {
  readonly kind: JobKind;
  readonly projectId: ProjectId | null;
  /** Also follows work of this kind in the project that another window started, or this one before it was loaded again. */
  readonly isShared: boolean;
  /** Called once for each followed job, after it has ended. */
  readonly onEnd: (job: JobState) => void;
}

export class JobSlot {
  #jobId = $state<JobId | null>(null);
  #isStarting = $state(false);
  readonly job = $derived.by<JobState | null>(() => this.#find());
  readonly isRunning = $derived.by(() => this.#isStarting || this.#isUnheard() || this.job?.status === 'running');
  readonly failure = $derived.by<WireError | null>(() => this.job?.error ?? null);
  readonly #app: AppState;
  readonly #options: JobSlotOptions;
  #endedId: JobId | null = null;

  constructor(app: AppState, options: JobSlotOptions) {
    this.#app = app;
    this.#options = options;
  }

  /** Follows the host. Returns the function that ends it. */
  attach(): () => void {
    const endings = [
      this.#app.api.on('job/changed', (job) => this.#hear(job)),
      this.#app.onReconnect(() => this.#onReconnect()),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  /** Follows the job that a call starts. A refusal is shown like every other error. Returns whether it began. */
  async start(call: Promise<{ readonly jobId: JobId }>): Promise<boolean> {
    this.#isStarting = true;
    const started = await this.#app.attempt(call);
    this.#isStarting = false;
    if (!started) return false;
    this.#jobId = started.jobId;
    this.#hearOwn();
    return true;
  }

  async cancel(): Promise<void> {
    const jobId = this.job?.jobId ?? this.#jobId;
    if (jobId !== null && this.isRunning) await this.#app.attempt(this.#app.api.call('job/cancel', { jobId }));
  }

  /** Lets go of a job that has ended, so that its result or failure is not shown any more. */
  clear(): void {
    this.#jobId = null;
  }

  #find(): JobState | null {
    const own = this.#app.jobs.find(({ jobId }) => jobId === this.#jobId);
    if (own) return own;
    return this.#app.jobs.find((job) => job.status === 'running' && this.#follows(job)) ?? null;
  }

  /** Begun, but it has not said anything yet. */
  #isUnheard(): boolean {
    return this.#jobId !== null && this.job === null;
  }

  /** A host that was started again knows nothing of the job. */
  #onReconnect(): void {
    if (this.#isUnheard()) this.#jobId = null;
    else this.#hearOwn();
  }

  #follows({ kind, projectId }: JobState): boolean {
    return this.#options.isShared && kind === this.#options.kind && projectId === this.#options.projectId;
  }

  #hearOwn(): void {
    const own = this.#app.jobs.find(({ jobId }) => jobId === this.#jobId);
    if (own) this.#hear(own);
  }

  #hear(job: JobState): void {
    if (this.#follows(job) && this.#endedId !== job.jobId) this.#jobId = job.jobId;
    if (job.jobId !== this.#jobId || job.status === 'running' || this.#endedId === job.jobId) return;
    this.#endedId = job.jobId;
    this.#options.onEnd(job);
  }
}
