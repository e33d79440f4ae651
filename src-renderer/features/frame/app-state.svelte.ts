/** What every page shares: the open project, the page shown, running jobs, the connection, and the one notice at the bottom. */
import type { ActionResult, JobState, ProjectStatus, ReviewFilter } from '../../../src-main/contract/payloads.ts';
import { isTouchstoneError } from '../../../src-main/core/errors.ts';
import { lowerFirst } from '../../lib/format.ts';
import { errorText } from '../../lib/error-text.ts';
import type { Api, ConnectionState } from '../../rpc/api.ts';
import type { PageName } from './page-names.ts';
import { PreferencesState } from './preferences-state.svelte.ts';

/** The last thing worth saying. It stays until the next one takes its place or it is dismissed. */
export interface Notice {
  readonly kind: 'info' | 'error';
  readonly text: string;
  /** For the copy button: what a report says of it. */
  readonly details: string | null;
}

export class AppState {
  readonly api: Api;
  readonly preferences: PreferencesState;
  page = $state<PageName>('projects');
  project = $state.raw<ProjectStatus | null>(null);
  jobs = $state.raw<readonly JobState[]>([]);
  connection = $state<ConnectionState>('connecting');
  notice = $state.raw<Notice | null>(null);
  /** A filter that another page asked Review to show; Review takes it and sets it to null. */
  requestedFilter = $state.raw<ReviewFilter | null>(null);
  /** A folder that another page asked Import to look at; Import takes it and sets it to null. */
  requestedSource = $state<string | null>(null);
  /** What Review shows at the moment, for the marks in the left column. */
  shownFilter = $state.raw<ReviewFilter>({});
  isCheatSheetOpen = $state(false);
  readonly runningJob = $derived(this.jobs.find((job) => job.status === 'running') ?? null);
  readonly #reconnectListeners = new Set<() => void>();
  readonly #undoListeners = new Set<(result: ActionResult) => void>();
  #endings: (() => void)[] = [];

  constructor(api: Api) {
    this.api = api;
    this.preferences = new PreferencesState(api);
  }

  /** Loads what the frame shows and follows the host. Returns the function that ends it. */
  start(): () => void {
    this.#endings = [
      this.api.watchConnection((state) => this.#onConnection(state)),
      this.api.on('job/changed', (job) => this.#onJob(job)),
      this.api.on('project/changed', ({ projectId }) => {
        if (projectId === this.project?.projectId) void this.refreshProject();
      }),
    ];
    void this.attempt(this.preferences.load());
    void this.#loadJobs();
    return () => {
      for (const end of this.#endings) end();
    };
  }

  go(page: PageName): void {
    this.page = page;
  }

  /** Opens Review on exactly the pictures that a number or a bar stands for. */
  showPictures(filter: ReviewFilter): void {
    this.requestedFilter = filter;
    this.page = 'review';
  }

  async openProject(folder: string): Promise<boolean> {
    const status = await this.attempt(this.api.call('project/open', { folder }));
    if (status) this.project = status;
    return status !== null;
  }

  async refreshProject(): Promise<void> {
    const { project } = this;
    if (!project) return;
    const status = await this.attempt(this.api.call('project/status', { projectId: project.projectId }));
    if (status && this.project?.projectId === project.projectId) this.project = status;
  }

  undo(): Promise<ActionResult | null> {
    return this.#travel('decide/undo');
  }

  redo(): Promise<ActionResult | null> {
    return this.#travel('decide/redo');
  }

  /** Calls back after the connection came back: what was shown may be old. */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener);
    return () => this.#reconnectListeners.delete(listener);
  }

  /** Calls back after an undo or redo, whoever asked for it. */
  onUndo(listener: (result: ActionResult) => void): () => void {
    this.#undoListeners.add(listener);
    return () => this.#undoListeners.delete(listener);
  }

  inform(text: string): void {
    this.notice = { kind: 'info', text, details: null };
  }

  /** Shows a failure at the bottom. Cancelled work and a lost connection are silent: the first was asked for, the second has its own line. */
  reportError(error: unknown): void {
    if (isTouchstoneError(error, 'cancelled') || isTouchstoneError(error, 'connection-lost')) return;
    if (isTouchstoneError(error)) {
      this.notice = { kind: 'error', text: error.message, details: errorText(error) };
      return;
    }
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.notice = { kind: 'error', text: 'Something in the app failed. Copy the details for a report.', details };
  }

  /** What "copy details" copies. Of a host that cannot be reached, at least what was shown. */
  async gatherReport(shown?: string): Promise<string> {
    try {
      return (await this.api.call('app/details', shown === undefined ? {} : { shown })).text;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [shown, `Versions and the log could not be asked for: ${reason}`].filter(Boolean).join('\n');
    }
  }

  /** The result of work, or null after a failure, which has then been shown. */
  async attempt<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      this.reportError(error);
      return null;
    }
  }

  async #travel(method: 'decide/undo' | 'decide/redo'): Promise<ActionResult | null> {
    if (!this.project) return null;
    const result = await this.attempt(this.api.call(method, { projectId: this.project.projectId }));
    if (!result) return null;
    if (result.entry)
      this.inform(`${method === 'decide/undo' ? 'Undone' : 'Done again'}: ${lowerFirst(result.entry.title)}`);
    else this.inform(method === 'decide/undo' ? 'There is nothing to undo.' : 'There is nothing to do again.');
    for (const listener of this.#undoListeners) listener(result);
    await this.refreshProject();
    return result;
  }

  #onConnection(state: ConnectionState): void {
    const wasLost = this.connection === 'lost';
    this.connection = state;
    if (state !== 'open' || !wasLost) return;
    void this.#recover();
  }

  /** A host that was started again does not know the project's handle: the folder brings it back. */
  async #recover(): Promise<void> {
    if (this.project) await this.openProject(this.project.folder);
    await this.#loadJobs();
    for (const listener of this.#reconnectListeners) listener();
  }

  #onJob(job: JobState): void {
    this.jobs = [job, ...this.jobs.filter((other) => other.jobId !== job.jobId)];
    if (job.status === 'failed' && job.error) {
      this.notice = { kind: 'error', text: job.error.message, details: errorText(job.error) };
    }
  }

  async #loadJobs(): Promise<void> {
    const jobs = await this.attempt(this.api.call('job/list', {}));
    if (jobs) this.jobs = jobs;
  }
}
