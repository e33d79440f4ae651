/** The projects that are open in this process, by id. The same folder is opened once, however many pages look at it. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ProjectId } from '../contract/payloads.ts';
import type { RunId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { Clock, ProjectFiles, ProjectStores } from './ports.ts';
import { ProjectViews } from './project-views.ts';
import { RankedLists } from './ranked-lists.ts';

export interface OpenProject {
  readonly id: ProjectId;
  readonly stores: ProjectStores;
  readonly views: ProjectViews;
  readonly lists: RankedLists;
}

export class OpenProjects {
  readonly #files: ProjectFiles;
  readonly #clock: Clock;
  readonly #open = new Map<ProjectId, OpenProject>();

  constructor(files: ProjectFiles, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  create(folder: string, name: string): OpenProject {
    return this.#add(this.#files.create(path.resolve(folder), name));
  }

  /** Gives the open project where the folder is open already. */
  open(folder: string): OpenProject {
    const wanted = path.resolve(folder);
    for (const project of this.#open.values()) if (project.stores.info.folder === wanted) return project;
    return this.#add(this.#files.open(wanted));
  }

  get(id: ProjectId): OpenProject {
    const project = this.#open.get(id);
    if (project) return project;
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

  #add(stores: ProjectStores): OpenProject {
    const id = createHash('sha256').update(stores.info.folder).digest('hex').slice(0, 16) as ProjectId;
    const known = this.#open.get(id);
    if (known) {
      stores.close();
      return known;
    }
    const views = new ProjectViews(stores);
    const project = { id, stores, views, lists: new RankedLists(stores, views) };
    this.#open.set(id, project);
    if (!stores.info.isReadOnly) markInterrupted(stores, this.#clock.nowMs());
    return project;
  }
}

/** A run that is still marked running when a project opens lost its process. */
function markInterrupted(stores: ProjectStores, nowMs: number): void {
  const orphans: RunId[] = stores.runs
    .all()
    .filter(({ status }) => status === 'running' || status === 'paused')
    .map(({ id }) => id);
  for (const id of orphans) stores.runs.setStatus(id, 'interrupted', nowMs);
}
