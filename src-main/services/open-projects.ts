/** The projects that are open in this process, by id. The same folder is opened once, however many pages look at it. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ProjectId } from '../contract/payloads.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { Embedder } from './ports/embedder.ts';
import type { Clock } from './ports/long-calls.ts';
import type { OpenProjectOptions, ProjectFiles, ProjectStores } from './ports/project-files.ts';
import type { TrainingLocks } from './ports/host-ports.ts';
import { ProjectViews, type ChangeElsewhere } from './project-views.ts';
import { RankedLists, type MeasureSimilarity } from './ranked-lists.ts';
import { similarityTo } from './similar-images.ts';

export interface OpenProject {
  readonly id: ProjectId;
  readonly stores: ProjectStores;
  readonly views: ProjectViews;
  readonly lists: RankedLists;
}

interface OpenProjectsPorts {
  readonly projectFiles: ProjectFiles;
  readonly trainingLocks: TrainingLocks;
  readonly clock: Clock;
  readonly embedder: Embedder;
}

/** Called when another process was found to have changed a project. */
type OnChangeElsewhere = (project: OpenProject, what: ChangeElsewhere) => void;

export class OpenProjects {
  readonly #ports: OpenProjectsPorts;
  readonly #onChangeElsewhere: OnChangeElsewhere;
  readonly #open = new Map<ProjectId, OpenProject>();

  constructor(ports: OpenProjectsPorts, onChangeElsewhere: OnChangeElsewhere) {
    this.#ports = ports;
    this.#onChangeElsewhere = onChangeElsewhere;
  }

  create(folder: string, name: string): OpenProject {
    return this.#add(this.#ports.projectFiles.create(path.resolve(folder), name));
  }

  /** Gives the open project where the folder is open already. */
  open(folder: string, options: OpenProjectOptions = {}): OpenProject {
    const wanted = path.resolve(folder);
    for (const project of this.#open.values()) if (project.stores.info.folder === wanted) return project;
    return this.#add(this.#ports.projectFiles.open(wanted, options));
  }

  /** As every process left it: whoever asks for a project sees what others did. */
  get(id: ProjectId): OpenProject {
    const project = this.#open.get(id);
    if (project) {
      this.#follow(project);
      return project;
    }
    throw new TouchstoneError('project-not-found', 'The project is not open any more. Open its folder again.', {
      details: { projectId: id },
    });
  }

  /** The project, for a method that changes it. */
  getWritable(id: ProjectId): OpenProject {
    const project = this.get(id);
    if (!project.stores.info.isReadOnly) return project;
    const { folder } = project.stores.info;
    const message = `The project in ${folder} can only be read: its file is damaged or not writable. Copy what you need, or make it writable and open it again.`;
    throw new TouchstoneError('project-read-only', message, { details: { folder } });
  }

  close(id: ProjectId): void {
    const project = this.get(id);
    this.#open.delete(id);
    project.stores.close();
  }

  ids(): readonly ProjectId[] {
    return [...this.#open.keys()];
  }

  all(): readonly OpenProject[] {
    return [...this.#open.values()];
  }

  /** The id of the project in that folder, where it is open in this process. */
  idOf(folder: string): ProjectId | null {
    const wanted = path.resolve(folder);
    return this.all().find(({ stores }) => stores.info.folder === wanted)?.id ?? null;
  }

  /** For those who only listen. */
  followAll(): void {
    for (const project of this.#open.values()) this.#follow(project);
  }

  #follow(project: OpenProject): void {
    const what = project.views.follow();
    if (what !== null) this.#onChangeElsewhere(project, what);
  }

  #add(stores: ProjectStores): OpenProject {
    const id = createHash('sha256').update(stores.info.folder).digest('hex').slice(0, 16) as ProjectId;
    const known = this.#open.get(id);
    if (known) {
      stores.close();
      return known;
    }
    const views = new ProjectViews(stores);
    const similarity: MeasureSimilarity = (index, sampleId) => similarityTo(this.#ports, stores, index, sampleId);
    const project = { id, stores, views, lists: new RankedLists(stores, views, similarity) };
    this.#open.set(id, project);
    if (!stores.info.isReadOnly) markInterrupted(stores, this.#ports);
    return project;
  }
}

/** A run that is marked running while no living process trains in the project lost its process. */
function markInterrupted({ info, runs }: ProjectStores, { trainingLocks, clock }: OpenProjectsPorts): void {
  const orphans = runs.all().filter(({ status }) => status === 'running' || status === 'paused');
  if (orphans.length === 0) return;
  const release = trainingLocks.tryAcquire(info.folder);
  if (!release) return;
  for (const { id } of orphans) runs.setStatus(id, 'interrupted', clock.nowMs());
  release();
}
