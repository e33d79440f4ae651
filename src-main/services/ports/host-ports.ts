/** What the services need from the host beside the project's data: files of their own, and folders to choose from. */
import type { EngineInstallRequest } from '../../contract/methods.ts';
import type {
  AppInfo,
  BackboneList,
  BackboneView,
  EngineList,
  EnginePackView,
  FolderListing,
  LicenceEntry,
  LicenceKind,
  RecentProject,
} from '../../contract/payloads.ts';
import type { EngineCheck, EngineName } from '../../core/engine-check.ts';
import type { LongCallOptions } from './long-calls.ts';

/** Checkpoints of runs, in the project's folder. Names are plain file names. */
export interface CheckpointFiles {
  /** Whole or not at all: written beside, flushed to the disk, then renamed. */
  write(projectFolder: string, name: string, bytes: Uint8Array): Promise<void>;
  /** `checkpoint-damaged` where it is missing or cannot be read. */
  read(projectFolder: string, name: string): Promise<Uint8Array>;
  /** Does nothing where there is no such file. */
  remove(projectFolder: string, name: string): Promise<void>;
}

/** One training at a time per project, over all processes. */
export interface TrainingLocks {
  /** Returns what gives the lock back, or null while a living process holds it. */
  tryAcquire(projectFolder: string): (() => void) | null;
}

/** The project's folder of things that can be computed again. */
export interface CacheFiles {
  sizeBytes(projectFolder: string): Promise<number>;
  /** Returns the bytes that it freed. */
  clear(projectFolder: string): Promise<number>;
}

/** The user's own settings and recent projects, kept beside no project. Writes are atomic. */
export interface UserFiles {
  preference(name: string): string | null;
  setPreference(name: string, value: string | null): Promise<void>;
  /** Newest first. */
  recentProjects(): readonly Omit<RecentProject, 'isPresent'>[];
  setRecentProjects(projects: readonly Omit<RecentProject, 'isPresent'>[]): Promise<void>;
}

/** Lets people choose folders where there are no native dialogs. Confined to what the host allows. */
export interface FolderBrowser {
  /** `folder-not-found`, `folder-not-readable`, `permission-denied` outside of what is allowed. */
  list(folder: string | undefined): Promise<FolderListing>;
  isFolder(folder: string): Promise<boolean>;
}

/** Draws a small dataset with known wrong labels. */
export interface ExampleDataset {
  /** Class folders with images below `folder`, which is made where it does not exist. */
  draw(folder: string, seed: number, options?: LongCallOptions): Promise<unknown>;
}

/** Engines of this machine: what is there, what can be had, and whether it computes correctly. */
export interface EngineManager {
  /** Starts nothing; `askForSizes` may ask the configured address for the sizes of downloads. */
  list(askForSizes: boolean): Promise<EngineList>;
  /** `engine-pack-invalid`, `engine-unavailable` where the pack does not work here. A kill leaves the old state or the new one. */
  install(request: EngineInstallRequest, options?: LongCallOptions): Promise<EnginePackView>;
  /** Returns the bytes that it freed. */
  remove(): Promise<number>;
  /** Runs the self-check of each, one after the other; one that does not start is a failed check. */
  check(engines: readonly EngineName[], options?: LongCallOptions): Promise<readonly EngineCheck[]>;
}

export type { BackboneView } from '../../contract/payloads.ts';

/** Pretrained networks of this machine, and those that can be had. Names may leave out `.onnx`. */
export interface BackboneManager {
  list(): Promise<BackboneList>;
  /** Side in pixels that it is meant for; null where only the model itself says it. `backbone-invalid` where there is none. */
  imageSize(name: string): Promise<number | null>;
  /** Copies a model and its description in, once a picture went through it. `wrong-use` where the name is taken. */
  add(file: string, name: string | undefined, options?: LongCallOptions): Promise<BackboneView>;
  /** `download-failed` where it broke off; calling again goes on. `not-found` for what the catalogue does not have. */
  download(name: string, options?: LongCallOptions): Promise<BackboneView>;
  /** Of a model that was added or downloaded, or of a download that was stopped. Returns the bytes that it freed. */
  remove(name: string): Promise<number>;
}

/** Whose work is in the app, and under which licences. */
export interface LicenceSource {
  list(): Promise<readonly LicenceEntry[]>;
  /** Null where the work brings no text; `not-found` for what is not listed. */
  text(kind: LicenceKind, name: string): Promise<string | null>;
}

/** A fault that went into the log. */
export interface LoggedFault {
  /** ISO 8601. */
  readonly at: string;
  readonly reportId: string;
  /** Paths in it are shortened. */
  readonly message: string;
}

export type AppInfoSource = () => AppInfo;
