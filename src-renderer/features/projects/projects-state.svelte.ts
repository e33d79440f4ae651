/** The Projects page: what was open lately, making and opening a project, the example, and the cache. No DOM. */
import type { AppInfo, JobState, RecentProject } from '../../../src-main/contract/payloads.ts';
import { isTouchstoneError } from '../../../src-main/core/errors.ts';
import { formatBytes } from '../../lib/format.ts';
import { fileNameFor, isWholePath, joinPath, lastPart, wholePathWanted } from '../../lib/path-words.ts';
import type { PathChooser } from '../folders/path-chooser.svelte.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { exampleOf } from '../frame/job-results.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';
import { RepairState } from './repair-state.svelte.ts';

/** A project about to be made. */
export interface ProjectDraft {
  /** Where the pictures are. */
  readonly pictures: string;
  readonly name: string;
  readonly folder: string;
  readonly error: string;
}

export class ProjectsState {
  readonly app: AppState;
  readonly chooser: PathChooser;
  readonly example: JobSlot;
  readonly repair: RepairState;
  /** Null until the list has been read. */
  recent = $state.raw<readonly RecentProject[] | null>(null);
  draft = $state.raw<ProjectDraft | null>(null);
  isWorking = $state(false);
  #info: AppInfo | null = null;

  constructor(app: AppState, chooser: PathChooser) {
    this.app = app;
    this.chooser = chooser;
    this.repair = new RepairState(app, chooser);
    const onEnd = (job: JobState) => void this.#openExample(job);
    this.example = new JobSlot(app, { kind: 'example', projectId: null, isShared: true, onEnd });
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [this.example.attach(), this.repair.start(), this.app.onReconnect(() => void this.load())];
    return () => {
      for (const end of endings) end();
    };
  }

  async load(): Promise<void> {
    const recent = await this.app.attempt(this.app.api.call('project/list-recent', {}));
    if (recent) this.recent = recent;
  }

  /** Asks for pictures, then for the name and place of a project over them. */
  async chooseNew(): Promise<void> {
    const pictures = await this.chooser.choose('folder', 'Choose a folder of images');
    if (pictures === null) return;
    this.#info ??= await this.app.attempt(this.app.api.call('app/info', {}));
    if (!this.#info) return;
    const name = lastPart(pictures) || 'Images';
    this.draft = { pictures, name, folder: joinPath(this.#info.projectsFolder, fileNameFor(name)), error: '' };
  }

  /** A new name moves the folder along as long as nobody chose another. */
  rename(name: string): void {
    const { draft } = this;
    if (!draft || !this.#info) return;
    const { projectsFolder } = this.#info;
    const isProposed = draft.folder === joinPath(projectsFolder, fileNameFor(draft.name));
    const folder = isProposed ? joinPath(projectsFolder, fileNameFor(name)) : draft.folder;
    this.draft = { ...draft, name, folder, error: '' };
  }

  moveTo(folder: string): void {
    if (this.draft) this.draft = { ...this.draft, folder, error: '' };
  }

  async chooseProjectPlace(): Promise<void> {
    const { draft } = this;
    if (!draft) return;
    this.draft = null;
    const parent = await this.chooser.choose('folder', 'Keep the project in');
    this.draft = parent === null ? draft : { ...draft, folder: joinPath(parent, fileNameFor(draft.name)), error: '' };
  }

  /** Makes the project and goes to Import with its pictures. What is wrong with name or place is said in the draft. */
  async create(): Promise<void> {
    const { draft } = this;
    if (!draft || this.isWorking) return;
    const error = refusalOf(draft);
    if (error !== null) {
      this.draft = { ...draft, error };
      return;
    }
    this.isWorking = true;
    try {
      const { folder, name, pictures } = draft;
      this.app.project = await this.app.api.call('project/create', { folder, name: name.trim() });
      this.draft = null;
      this.app.requestedSource = pictures;
      this.app.go('import');
    } catch (error) {
      if (isTouchstoneError(error)) this.draft = { ...draft, error: error.message };
      else this.app.reportError(error);
    } finally {
      this.isWorking = false;
    }
  }

  async chooseExisting(): Promise<void> {
    const folder = await this.chooser.choose('project', 'Choose the folder of a project');
    if (folder !== null) await this.open(folder);
  }

  /** Opens a project and goes to the step that is next in it. */
  async open(folder: string): Promise<void> {
    if (this.isWorking) return;
    this.isWorking = true;
    const isOpen = await this.app.openProject(folder);
    this.isWorking = false;
    if (isOpen) this.app.go(this.app.project?.samples.present === 0 ? 'import' : nextPage(this.app));
    else await this.load();
  }

  async forget(folder: string): Promise<void> {
    this.recent = (this.recent ?? []).filter((recent) => recent.folder !== folder);
    await this.app.attempt(this.app.api.call('project/forget-recent', { folder }));
    await this.load();
  }

  async startExample(): Promise<void> {
    if (!this.example.isRunning) await this.example.start(this.app.api.call('project/create-example', {}));
  }

  async deleteCache(): Promise<void> {
    const { project } = this.app;
    if (!project) return;
    const { projectId } = project;
    const freed = await this.app.attempt(this.app.api.call('project/delete-cache', { projectId }));
    if (freed) this.app.inform(`${formatBytes(freed.bytesFreed)} freed. What is needed again is made again.`);
    await this.app.refreshProject();
  }

  async #openExample(job: JobState): Promise<void> {
    const example = exampleOf(job);
    if (!example) return;
    this.example.clear();
    await this.load();
    if (!(await this.app.openProject(example.folder))) return;
    this.app.go('import');
  }
}

/** What is wrong with a draft, as far as a page can know. */
function refusalOf({ name, folder }: ProjectDraft): string | null {
  if (name.trim() === '') return 'The project needs a name.';
  return isWholePath(folder.trim()) ? null : wholePathWanted;
}

/** Where the work goes on in a project that has pictures. */
function nextPage({ project }: AppState): 'trusted' | 'train' | 'review' {
  if (!project || project.trusted.smallestPerClass === 0) return 'trusted';
  return project.runs.finished === 0 ? 'train' : 'review';
}
