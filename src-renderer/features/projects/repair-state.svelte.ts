/** Checking a project and mending it: what was asked for, how far it is, what was found and done, and the backups. No DOM. */
import type { BackupView, JobState, RepairReport } from '../../../src-main/contract/payloads.ts';
import type { PathChooser } from '../folders/path-chooser.svelte.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { repairReportOf } from '../frame/job-results.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';

export class RepairState {
  readonly app: AppState;
  readonly chooser: PathChooser;
  readonly job: JobSlot;
  /** The project that it is about; null where nothing is shown. */
  project = $state.raw<{ readonly folder: string; readonly name: string } | null>(null);
  report = $state.raw<RepairReport | null>(null);
  /** The newest first; null until they are there. */
  backups = $state.raw<readonly BackupView[] | null>(null);

  constructor(app: AppState, chooser: PathChooser) {
    this.app = app;
    this.chooser = chooser;
    const onEnd = (job: JobState) => void this.#onEnd(job);
    this.job = new JobSlot(app, { kind: 'repair', projectId: null, isShared: true, onEnd });
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    return this.job.attach();
  }

  async open(folder: string, name: string): Promise<void> {
    if (this.job.isRunning) return;
    this.job.clear();
    this.report = null;
    this.backups = null;
    this.project = { folder, name };
    await this.#loadBackups();
  }

  /** Work that runs goes on; the bottom line tells how far it is. */
  close(): void {
    this.project = null;
  }

  /** Only looks; nothing is changed. */
  check(): Promise<void> {
    return this.#start({ checkOnly: true });
  }

  repair(): Promise<void> {
    return this.#start({});
  }

  /** For images that were moved: asks where they are now, and finds them there by their content. */
  async findImages(): Promise<void> {
    const { project } = this;
    if (!project) return;
    this.project = null;
    const images = await this.chooser.choose('folder', 'Where the images are now');
    this.project = project;
    if (images !== null) await this.#start({ images });
  }

  /** Puts a backup in the place of the project's file, which is kept as a backup itself. */
  restore({ name }: BackupView): Promise<void> {
    return this.#start({ restore: name });
  }

  async #start(how: { readonly checkOnly?: boolean; readonly images?: string; readonly restore?: string }) {
    if (!this.project || this.job.isRunning) return;
    this.report = null;
    const { folder } = this.project;
    await this.job.start(this.app.api.call('project/repair', { folder, ...how }));
  }

  async #loadBackups(): Promise<void> {
    const { project } = this;
    if (!project) return;
    const backups = await this.app.attempt(this.app.api.call('project/backups', { folder: project.folder }));
    if (this.project === project) this.backups = backups;
  }

  async #onEnd(job: JobState): Promise<void> {
    const report = repairReportOf(job);
    if (report && report.folder === this.project?.folder) {
      this.report = report;
      this.backups = report.backups;
    }
    if (this.app.project) await this.app.refreshProject();
  }
}
