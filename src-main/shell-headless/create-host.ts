/** Puts the real world behind the services: SQLite, sharp, onnxruntime, threads, files. Command line, server and window use it. */
import { homedir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { createWorkerAnalyst } from '../analysis/worker-analyst.ts';
import type { ReportBug } from '../contract/wire-error.ts';
import type { WindowEngine } from '../core/engine-check.ts';
import { throwIfCancelled } from '../core/errors.ts';
import { createBackboneStore } from '../embedding/backbones/backbone-store.ts';
import { OnnxEmbedder } from '../embedding/onnx-embedder.ts';
import type { EngineEnvironment } from '../engines/known-engines.ts';
import { checkInProcess, type CheckEngine } from '../engines/run-check.ts';
import { createDatasetReader } from '../media/dataset-reader.ts';
import { drawExampleDataset } from '../media/example-dataset.ts';
import { createDatasetWriter } from '../media/export-writer.ts';
import { findMoved } from '../media/find-moved.ts';
import { createPictureMeter } from '../media/picture-meter.ts';
import { createPixelSource } from '../media/pixel-cache.ts';
import { createTableWriter } from '../media/table-writer.ts';
import { createPictureSource } from '../media/thumbnails.ts';
import { createServices, type ServicePorts, type Services } from '../services/create-services.ts';
import { SqliteProjectFiles } from '../storage/project-files.ts';
import { createProjectRepair } from '../storage/repair/project-repair.ts';
import { trainingLocks } from '../storage/training-lock.ts';
import type { TrainingRunner } from '../services/ports/training-runner.ts';
import { createCrashAwareRunner } from '../training/crash-aware-runner.ts';
import { createComputeWindowRunner } from '../training/compute-window-runner.ts';
import { giveThreadsRoom } from '../system/heap-room.ts';
import { startTrainingProcess } from '../training/training-process.ts';
import { createPeerRunner, createWorkerRunner } from '../training/worker-runner.ts';
import type { TrainingPeer } from '../training/worker-runner.ts';
import { readAppVersion } from './app-version.ts';
import { bugLogFile, createBugLog, readLatestFaults } from './host/bug-log.ts';
import { createEngineManager } from './host/engine-manager.ts';
import { embeddingPreferences } from './host/embedding-preferences.ts';
import { openUserFiles } from './host/json-user-files.ts';
import { createLicenceSource } from './host/licence-list.ts';
import { createFolderBrowser } from './host/local-folder-browser.ts';
import { createCacheFiles, createCheckpointFiles } from './host/project-side-files.ts';
import { shortenPaths } from './host/shorten-paths.ts';
import { userDataFolder } from './host/user-data-folder.ts';
import type { ImageProvider } from './image-provider.ts';

export interface HostOptions {
  readonly userDataFolder?: string;
  readonly hasNativeDialogs?: boolean;
  /** Folders that pages may look at when they choose one; all that the user may read unless given. */
  readonly browsableFolders?: readonly string[];
  readonly backboneFolder?: string;
  /** Bundled shells know where their workers lie. */
  readonly startTrainingWorker?: (environment: EngineEnvironment) => Worker;
  /** A window that computes in Chromium, for hosts in which WebGPU cannot run and WebAssembly has no threads. `checkEngine` then checks it too. */
  readonly startComputePeer?: (engine: WindowEngine) => TrainingPeer;
  /** How engines are checked; in a child process unless given. */
  readonly checkEngine?: CheckEngine;
  readonly startBackboneWorker?: () => Worker;
  readonly startAnalysisWorker?: () => Worker;
}

export interface Host {
  readonly services: Services;
  readonly images: ImageProvider;
  readonly reportBug: ReportBug;
  readonly userDataFolder: string;
  /** Cancels what runs, waits for it, and closes every project. */
  close(): Promise<void>;
}

/** Two folders up in the sources, as many in a bundle. */
const appFolder = path.resolve(import.meta.dirname, '../..');
/** Backbones that come with the app. */
export const shippedBackbones = path.resolve(import.meta.dirname, '../../resources/backbones');

export async function createHost(options: HostOptions = {}): Promise<Host> {
  const dataFolder = options.userDataFolder ?? userDataFolder();
  const reportBug = createBugLog(dataFolder, readAppVersion());
  const services = createServices(createPorts(options, dataFolder, reportBug));
  return {
    services,
    images: createImageProvider(services),
    reportBug,
    userDataFolder: dataFolder,
    close: () => services.close(),
  };
}

function createPorts(options: HostOptions, dataFolder: string, reportBug: ReportBug): ServicePorts {
  const pixelSource = createPixelSource();
  const enginesFolder = path.join(dataFolder, 'engines');
  const backbonesFolder = path.join(dataFolder, 'backbones');
  const userFiles = openUserFiles(dataFolder);
  const shippedFolder = options.backboneFolder ?? shippedBackbones;
  const backbones = createBackboneStore({
    folder: backbonesFolder,
    shippedFolder,
    mirror: () => process.env['TOUCHSTONE_BACKBONES'] ?? userFiles.preference('backboneAddress'),
    ...(options.startBackboneWorker ? { startWorker: options.startBackboneWorker } : {}),
  });
  return {
    projectFiles: new SqliteProjectFiles(),
    checkpointFiles: createCheckpointFiles(),
    cacheFiles: createCacheFiles(),
    trainingLocks,
    datasetReader: createDatasetReader(),
    datasetWriter: createDatasetWriter(),
    tableWriter: createTableWriter(),
    imageFinder: { findMoved },
    projectRepair: createProjectRepair(),
    pixelSource,
    pictureMeter: createPictureMeter(),
    analyst: createWorkerAnalyst(options.startAnalysisWorker),
    embedder: new OnnxEmbedder({
      backboneFolders: [backbonesFolder, shippedFolder],
      providerRecordsFile: path.join(backbonesFolder, 'providers.json'),
      preferences: () => embeddingPreferences(userFiles),
      pixels: pixelSource,
      ...(options.startBackboneWorker ? { startWorker: options.startBackboneWorker } : {}),
    }),
    backbones,
    licences: createLicenceSource({ appFolder, enginesFolder, shippedBackbones: shippedFolder, backbones }),
    runner: createTrainingRunner(options, enginesFolder),
    engines: createEngineManager({
      enginesFolder,
      check: options.checkEngine ?? checkInProcess,
      hasComputeWindow: options.startComputePeer !== undefined,
      packAddress: () => process.env['TOUCHSTONE_ENGINE_PACKS'] ?? userFiles.preference('enginePackAddress'),
    }),
    exampleDataset: { draw: drawExampleDataset },
    userFiles,
    folderBrowser: createFolderBrowser(options.browsableFolders),
    appInfo: () => ({
      version: readAppVersion(),
      platform: `${process.platform}-${process.arch}`,
      nodeVersion: process.versions.node,
      hasNativeDialogs: options.hasNativeDialogs ?? false,
      projectsFolder: path.join(homedir(), 'Touchstone'),
      dataFolder,
      logFile: bugLogFile(dataFolder),
    }),
    latestFaults: (most) => readLatestFaults(dataFolder, most),
    shortenPaths,
    clock: { nowMs: () => Date.now() },
    reportBug,
  };
}

/** Native engines compute in a process of their own, where the host can start one. */
function createTrainingRunner(options: HostOptions, enginesFolder: string): TrainingRunner {
  const { startTrainingWorker: given, startComputePeer } = options;
  const createWorker = given ?? startTrainingWorker;
  const thread = createWorkerRunner({ createWorker: () => createWorker({ enginesFolder }) });
  if (startComputePeer !== undefined) {
    const window = (engine: WindowEngine): TrainingRunner =>
      createPeerRunner({ createPeer: () => startComputePeer(engine) });
    const check = options.checkEngine ?? checkInProcess;
    return createComputeWindowRunner({ thread, window, check, enginesFolder });
  }
  if (given !== undefined) return thread;
  // Now, before there is any thread that it could disturb.
  giveThreadsRoom();
  const process = createPeerRunner({ createPeer: () => startTrainingProcess({ enginesFolder }) });
  return createCrashAwareRunner({ thread, process, enginesFolder });
}

function startTrainingWorker(environment: EngineEnvironment): Worker {
  return new Worker(new URL('../training/training-worker.ts', import.meta.url), { workerData: environment });
}

function createImageProvider(services: Services): ImageProvider {
  return {
    load: async ({ projectId, sampleId, size }, signal) => {
      throwIfCancelled(signal);
      const origin = services.findPicture(projectId, sampleId);
      if (!origin) return null;
      const pictures = createPictureSource(origin.project);
      return size === 'full' ? pictures.viewable(origin.sample) : pictures.thumbnail(origin.sample, size);
    },
  };
}
