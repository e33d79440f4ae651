/** What every service is given. */
import type { Events } from '../contract/methods.ts';
import type { ReportBug } from '../contract/wire-error.ts';
import type { EventHub } from './event-hub.ts';
import type { JobService } from './job-service.ts';
import type { OpenProject, OpenProjects } from './open-projects.ts';
import type { DatasetReader } from './ports/dataset-reader.ts';
import type { DatasetWriter } from './ports/dataset-writer.ts';
import type { Embedder } from './ports/embedder.ts';
import type { Clock } from './ports/long-calls.ts';
import type { PixelSource } from './ports/pixel-source.ts';
import type { ProjectFiles } from './ports/project-files.ts';
import type { TableWriter } from './ports/table-writer.ts';
import type { TrainingRunner } from './ports/training-runner.ts';
import type {
  AppInfoSource,
  BackboneManager,
  CacheFiles,
  CheckpointFiles,
  EngineManager,
  ExampleDataset,
  LoggedFault,
  FolderBrowser,
  LicenceSource,
  TrainingLocks,
  UserFiles,
} from './ports/host-ports.ts';

import type { ImageFinder } from './ports/image-finder.ts';
import type { ProjectRepair } from './ports/project-repair.ts';

import type { Analyst } from './ports/analyst.ts';
import type { PictureMeter } from './ports/picture-meter.ts';

export interface ServicePorts {
  readonly pictureMeter: PictureMeter;
  readonly analyst: Analyst;
  readonly projectFiles: ProjectFiles;
  readonly checkpointFiles: CheckpointFiles;
  readonly trainingLocks: TrainingLocks;
  readonly cacheFiles: CacheFiles;
  readonly datasetReader: DatasetReader;
  readonly pixelSource: PixelSource;
  readonly imageFinder: ImageFinder;
  readonly projectRepair: ProjectRepair;
  readonly datasetWriter: DatasetWriter;
  readonly tableWriter: TableWriter;
  readonly embedder: Embedder;
  readonly runner: TrainingRunner;
  readonly engines: EngineManager;
  readonly backbones: BackboneManager;
  readonly exampleDataset: ExampleDataset;
  readonly userFiles: UserFiles;
  readonly folderBrowser: FolderBrowser;
  readonly appInfo: AppInfoSource;
  readonly licences: LicenceSource;
  readonly clock: Clock;
  /** Of the host's log, the newest first. */
  readonly latestFaults: (most: number) => readonly LoggedFault[];
  /** Takes out of a text what paths in it say of their owner. */
  readonly shortenPaths: (text: string) => string;
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
