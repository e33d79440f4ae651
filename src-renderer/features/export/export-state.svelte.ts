/** The Export page: where and how the clean copy is written, what will be in it, and what was written. No DOM. */
import type { ExportRequest } from '../../../src-main/contract/methods.ts';
import type {
  AppInfo,
  ExportPlanView,
  ExportResult,
  JobState,
  ProjectId,
  WireError,
} from '../../../src-main/contract/payloads.ts';
import { isTouchstoneError } from '../../../src-main/core/errors.ts';
import { fileNameFor, isWholePath, joinPath, wholePathWanted } from '../../lib/path-words.ts';
import type { PathChooser } from '../folders/path-chooser.svelte.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { ElsewhereState } from './elsewhere-state.svelte.ts';
import { exportResultOf } from '../frame/job-results.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';

/** Milliseconds after the last letter before a typed folder is planned for. */
const typingPause = 300;

export class ExportState {
  readonly app: AppState;
  readonly projectId: ProjectId;
  readonly chooser: PathChooser;
  readonly exportJob: JobSlot;
  readonly elsewhere: ElsewhereState;
  folder = $state('');
  format = $state<ExportRequest['format']>('folders');
  link = $state<ExportRequest['link']>('copy');
  /** Of the request as it stands; null while it is worked out, and where it is refused. */
  plan = $state.raw<ExportPlanView | null>(null);
  refusal = $state.raw<WireError | null>(null);
  isPlanning = $state(false);
  result = $state.raw<ExportResult | null>(null);
  readonly request = $derived.by<ExportRequest>(() => ({ folder: this.folder, format: this.format, link: this.link }));
  #planning: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(app: AppState, projectId: ProjectId, chooser: PathChooser) {
    this.app = app;
    this.projectId = projectId;
    this.chooser = chooser;
    this.elsewhere = new ElsewhereState(app, projectId);
    const onEnd = (job: JobState) => this.#onEnd(job);
    this.exportJob = new JobSlot(app, { kind: 'export', projectId, isShared: true, onEnd });
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [
      this.exportJob.attach(),
      this.app.onReconnect(() => void this.load()),
      this.app.api.on('project/changed', ({ projectId, what }) => {
        if (projectId === this.projectId && what === 'verdicts' && this.plan) void this.makePlan();
      }),
    ];
    return () => {
      this.#planning?.abort();
      if (this.#timer !== null) clearTimeout(this.#timer);
      for (const end of endings) end();
    };
  }

  /** Proposes a place the first time, and plans for it each time the page is opened. */
  async load(): Promise<void> {
    if (this.folder === '') {
      const info = await this.app.attempt(this.app.api.call('app/info', {}));
      if (info && this.folder === '') this.folder = this.#propose(info);
    }
    if (!this.exportJob.isRunning && !this.result) await this.makePlan();
  }

  async chooseFolder(): Promise<void> {
    const parent = await this.chooser.choose('folder', 'Write the clean copy into a new folder in');
    if (parent === null) return;
    this.folder = joinPath(parent, this.#copyName());
    await this.makePlan();
  }

  /** Plans once the typing rests. */
  typeFolder(folder: string): void {
    this.folder = folder;
    this.plan = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.makePlan(), typingPause);
  }

  async setFormat(format: ExportRequest['format']): Promise<void> {
    this.format = format;
    await this.makePlan();
  }

  async setLink(link: ExportRequest['link']): Promise<void> {
    this.link = link;
    await this.makePlan();
  }

  /** Works out what would be written; an older question that is still open is dropped. */
  async makePlan(): Promise<void> {
    this.#planning?.abort();
    this.refusal = null;
    if (this.folder.trim() === '') {
      this.plan = null;
      return;
    }
    if (!isWholePath(this.folder.trim())) {
      this.plan = null;
      this.refusal = { code: 'invalid-value', message: wholePathWanted, details: { folder: this.folder } };
      return;
    }
    const planning = new AbortController();
    this.#planning = planning;
    this.isPlanning = true;
    const input = { projectId: this.projectId, ...this.request };
    try {
      const plan = await this.app.api.call('export/plan', input, { signal: planning.signal });
      if (this.#planning === planning) this.plan = plan;
    } catch (error) {
      if (this.#planning === planning) this.#refuse(error);
    } finally {
      if (this.#planning === planning) this.isPlanning = false;
    }
  }

  async write(): Promise<void> {
    if (!this.plan || this.exportJob.isRunning) return;
    this.result = null;
    await this.exportJob.start(this.app.api.call('export/start', { projectId: this.projectId, ...this.request }));
  }

  /** Leaves the result for another copy. */
  async again(): Promise<void> {
    this.result = null;
    this.exportJob.clear();
    await this.makePlan();
  }

  #refuse(error: unknown): void {
    this.plan = null;
    if (isTouchstoneError(error) && error.code !== 'cancelled' && error.code !== 'connection-lost') {
      this.refusal = { code: error.code, message: error.message, details: error.details };
    } else this.app.reportError(error);
  }

  #copyName(): string {
    return fileNameFor(`${this.app.project?.name ?? 'Images'} clean`);
  }

  #propose({ projectsFolder }: AppInfo): string {
    return joinPath(projectsFolder, this.#copyName());
  }

  #onEnd(job: JobState): void {
    const result = exportResultOf(job);
    if (result) this.result = result;
    if (job.status === 'cancelled') this.app.inform('The export was stopped. Nothing half-written was left behind.');
    if (!result) void this.makePlan();
  }
}
