/** The Import page: from a chosen folder or manifest over a preview to the report of what was read. No DOM. */
import type { ImportReport, JobState, LabelSpec, ProjectId } from '../../../src-main/contract/payloads.ts';
import type { ClassId, ProblemKind } from '../../../src-main/core/dataset/sample.ts';
import { coalesce } from '../../lib/coalesce.ts';
import { folderOf } from '../../lib/path-words.ts';
import type { PathChooser } from '../folders/path-chooser.svelte.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { importReportOf, previewOf } from '../frame/job-results.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';

export interface ImportSource {
  readonly folder: string;
  readonly labels: LabelSpec;
}

/** `choose`: nothing is known yet. `looking` and `found`: a preview, nothing is written. `reading`: the import. */
export type ImportPhase = 'choose' | 'looking' | 'found' | 'reading' | 'report';

/** What a path stands for: a manifest by its ending, else a folder with one folder per class. */
export function sourceAt(path: string): ImportSource {
  const [, ending] = /\.(csv|jsonl)$/i.exec(path) ?? [];
  if (ending === undefined) return { folder: path, labels: { kind: 'folders' } };
  const kind = ending.toLowerCase() === 'csv' ? 'csv' : 'jsonl';
  return { folder: folderOf(path), labels: { kind, file: path } };
}

export class ImportState {
  readonly app: AppState;
  readonly projectId: ProjectId;
  readonly chooser: PathChooser;
  readonly previewJob: JobSlot;
  readonly importJob: JobSlot;
  /** Chosen, but not imported. */
  source = $state.raw<ImportSource | null>(null);
  report = $state.raw<ImportReport | null>(null);
  /** Which kind of problem the list is narrowed to; null shows all. */
  problemKind = $state<ProblemKind | null>(null);
  readonly preview = $derived.by(() => (this.source ? previewOf(this.previewJob.job) : null));
  readonly phase = $derived.by<ImportPhase>(() => this.#phase());
  readonly load: () => Promise<void>;

  constructor(app: AppState, projectId: ProjectId, chooser: PathChooser) {
    this.app = app;
    this.projectId = projectId;
    this.chooser = chooser;
    const ofPreview = { kind: 'preview', projectId: null, isShared: false, onEnd: () => undefined } as const;
    this.previewJob = new JobSlot(app, ofPreview);
    const onEnd = (job: JobState) => this.#onImportEnd(job);
    this.importJob = new JobSlot(app, { kind: 'import', projectId, isShared: true, onEnd });
    this.load = coalesce(() => this.#load());
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [
      this.previewJob.attach(),
      this.importJob.attach(),
      this.app.onReconnect(() => void this.load()),
      this.app.api.on('project/changed', ({ projectId, what }) => {
        if (projectId === this.projectId && what === 'samples') void this.load();
      }),
    ];
    void this.load();
    return () => {
      for (const end of endings) end();
    };
  }

  async chooseFolder(): Promise<void> {
    const path = await this.chooser.choose('folder', 'Choose a folder with one folder per class');
    if (path !== null) await this.look(sourceAt(path));
  }

  async chooseManifest(): Promise<void> {
    const path = await this.chooser.choose('manifest', 'Choose a manifest (CSV or JSON Lines)');
    if (path !== null) await this.look(sourceAt(path));
  }

  /** Where the paths in a manifest begin, if not beside it. */
  async choosePicturesFolder(): Promise<void> {
    const { source } = this;
    if (!source) return;
    const folder = await this.chooser.choose('folder', 'The paths in the manifest begin in', source.folder);
    if (folder !== null) await this.look({ ...source, folder });
  }

  /** Lists what is there without writing anything. An older preview is stopped. */
  async look(source: ImportSource): Promise<void> {
    await this.previewJob.cancel();
    this.importJob.clear();
    this.source = source;
    this.problemKind = null;
    await this.previewJob.start(this.app.api.call('import/preview', { ...source }));
  }

  /** Leaves the preview without importing. */
  async leave(): Promise<void> {
    await this.previewJob.cancel();
    this.previewJob.clear();
    this.source = null;
  }

  async importSource(): Promise<void> {
    const { source, projectId } = this;
    if (source && !this.importJob.isRunning) {
      await this.importJob.start(this.app.api.call('import/start', { projectId, ...source }));
    }
  }

  /** Looks at the imported folder again: new pictures are added, changed ones read anew, missing ones marked as gone. */
  async update(): Promise<void> {
    const source = this.app.project?.source;
    if (source) await this.#update(source);
  }

  /** The dataset is in another place now. */
  async moveSource(): Promise<void> {
    const old = this.app.project?.source;
    if (!old) return;
    const kind = old.labels.kind === 'folders' ? 'folder' : 'manifest';
    const path = await this.chooser.choose(kind, 'Choose where the dataset is now');
    if (path !== null) await this.#update(sourceAt(path));
  }

  /** Opens Review on the pictures of a class. */
  showClass(classId: ClassId): void {
    this.app.showPictures({ givenClassIds: [classId] });
  }

  async #update(source: ImportSource): Promise<void> {
    if (this.importJob.isRunning) return;
    const { projectId } = this;
    await this.importJob.start(this.app.api.call('import/start', { projectId, ...source, update: true }));
  }

  #phase(): ImportPhase {
    if (this.importJob.isRunning) return 'reading';
    if (this.source && this.previewJob.isRunning) return 'looking';
    if (this.preview) return 'found';
    return this.report && this.report.samples > 0 ? 'report' : 'choose';
  }

  #onImportEnd(job: JobState): void {
    const report = importReportOf(job);
    if (report) this.report = report;
    if (job.status !== 'failed') this.source = null;
    this.problemKind = null;
    if (job.status === 'cancelled') this.app.inform('Stopped. What was read so far is kept; look again to go on.');
    void this.load();
    void this.app.refreshProject();
  }

  async #load(): Promise<void> {
    const { projectId } = this;
    const report = await this.app.attempt(this.app.api.call('import/report', { projectId }));
    if (report) this.report = report;
  }
}
