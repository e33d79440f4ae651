/** What every service is given. */
import type { Events } from '../contract/methods.ts';
import type { ReportBug } from '../contract/wire-error.ts';
import type { EventHub } from './event-hub.ts';
import type { JobService } from './job-service.ts';
import type { OpenProject, OpenProjects } from './open-projects.ts';
import type {
  Clock,
  DatasetReader,
  DatasetWriter,
  Embedder,
  PixelSource,
  ProjectFiles,
  TrainingRunner,
} from './ports.ts';
import type {
  AppInfoSource,
  CacheFiles,
  CheckpointFiles,
  EngineManager,
  ExampleDataset,
  FolderBrowser,
  TrainingLocks,
  UserFiles,
} from './ports/host-ports.ts';

export interface ServicePorts {
  readonly projectFiles: ProjectFiles;
  readonly checkpointFiles: CheckpointFiles;
  readonly trainingLocks: TrainingLocks;
  readonly cacheFiles: CacheFiles;
  readonly datasetReader: DatasetReader;
  readonly pixelSource: PixelSource;
  readonly datasetWriter: DatasetWriter;
  readonly embedder: Embedder;
  readonly runner: TrainingRunner;
  readonly engines: EngineManager;
  readonly exampleDataset: ExampleDataset;
  readonly userFiles: UserFiles;
  readonly folderBrowser: FolderBrowser;
  readonly appInfo: AppInfoSource;
  readonly clock: Clock;
  /** Writes a bug to the host's log and returns the id of the entry. */
  readonly reportBug: ReportBug;
}

export interface ServiceContext {
  readonly ports: ServicePorts;
  readonly events: EventHub;
  readonly jobs: JobService;
  readonly projects: OpenProjects;
}

export function emitChange(
  { events }: Pick<ServiceContext, 'events'>,
  project: OpenProject,
  what: Events['project/changed']['what'],
): void {
  events.emit('project/changed', { projectId: project.id, what });
}
