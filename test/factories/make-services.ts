/** The services on real project files and real images in a temporary folder; only training and backbone are replaced. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import type { MethodInput, MethodName, MethodOutput } from '../../src-main/contract/methods.ts';
import type { JobId, JobKind, JobResults, JobState, ProjectStatus } from '../../src-main/contract/payloads.ts';
import type { AnyEvent } from '../../src-main/contract/wire-frames.ts';
import type { Sample } from '../../src-main/core/dataset/sample.ts';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import { createBackboneStore } from '../../src-main/embedding/backbones/backbone-store.ts';
import { createDatasetReader } from '../../src-main/media/dataset-reader.ts';
import { createDatasetWriter } from '../../src-main/media/export-writer.ts';
import { createTableWriter } from '../../src-main/media/table-writer.ts';
import { findMoved } from '../../src-main/media/find-moved.ts';
import { createPictureMeter } from '../../src-main/media/picture-meter.ts';
import { createPixelSource } from '../../src-main/media/pixel-cache.ts';
import { createServices, type ServicePorts, type Services } from '../../src-main/services/create-services.ts';
import type { Embedder } from '../../src-main/services/ports/embedder.ts';
import { createEngineManager } from '../../src-main/shell-headless/host/engine-manager.ts';
import { shortenPaths } from '../../src-main/shell-headless/host/shorten-paths.ts';
import { createCacheFiles, createCheckpointFiles } from '../../src-main/shell-headless/host/project-side-files.ts';
import { SqliteProjectFiles } from '../../src-main/storage/project-files.ts';
import { createProjectRepair } from '../../src-main/storage/repair/project-repair.ts';
import { trainingLocks } from '../../src-main/storage/training-lock.ts';
import { inlineAnalyst } from './inline-analyst.ts';
import { makeTemporaryFolder } from './make-project.ts';
import { ScriptedRunner } from './scripted-runner.ts';

export type Color = readonly [number, number, number];

/** A small picture of one colour; two pictures differ in their bytes if their colours do. */
export async function writePicture(file: string, [r, g, b]: Color): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const png = sharp({ create: { width: 12, height: 8, channels: 3, background: { r, g, b } } }).png();
  await writeFile(file, await png.toBuffer());
}

const classColors: readonly (readonly [string, Color])[] = [
  ['blue', [20, 20, 200]],
  ['green', [20, 200, 20]],
  ['red', [200, 20, 20]],
];

/** `perClass` pictures in each of three class folders, named 00.png, 01.png, ... */
export async function writeDataset(folder: string, perClass: number): Promise<void> {
  for (const [name, [r, g, b]] of classColors) {
    for (let number = 0; number < perClass; number++) {
      const file = `${String(number).padStart(2, '0')}.png`;
      await writePicture(join(folder, name, file), [r + number, g + number, b + number]);
    }
  }
}

/** Stands in for the backbone: the vector of a picture is a function of its content hash. Counts what it had to compute. */
export class FakeEmbedder implements Embedder {
  readonly known = new Set<string>();
  /** Four numbers; a test may have them depend on the backbone. */
  vectorOf: (sample: Sample, backbone: string) => number[] = vectorOf;

  async embed(_project: unknown, samples: readonly Sample[], backbone: string) {
    const computed = samples.filter(({ contentHash }) => !this.known.has(contentHash)).length;
    for (const { contentHash } of samples) this.known.add(contentHash);
    const vectors = new SharedArrayBuffer(samples.length * 4 * 4);
    new Float32Array(vectors).set(samples.flatMap((sample) => this.vectorOf(sample, backbone)));
    return {
      vectors,
      dimensions: 4,
      backboneHash: 'fake',
      computed,
      problems: [],
      device: { provider: 'cpu', refused: [] },
    };
  }

  async embedShard(_project: unknown, samples: readonly Sample[]) {
    return { samples: samples.length, computed: samples.length, problems: [], device: null };
  }

  async mergeShards(_project: unknown, samples: readonly Sample[]) {
    return { merged: 0, missing: samples.length, files: 0 };
  }

  async cached(_project: unknown, samples: readonly Sample[], backbone: string) {
    if (samples.some(({ contentHash }) => !this.known.has(contentHash))) return null;
    return { vectors: Float32Array.from(samples.flatMap((sample) => this.vectorOf(sample, backbone))), dimensions: 4 };
  }

  async visitCached(
    _project: unknown,
    samples: readonly Sample[],
    backbone: string,
    _size: number,
    visit: (vector: Float32Array, places: readonly number[]) => void,
  ) {
    let found = 0;
    samples.forEach((sample, place) => {
      if (!this.known.has(sample.contentHash)) return;
      visit(Float32Array.from(this.vectorOf(sample, backbone)), [place]);
      found += 1;
    });
    return found === 0 ? null : { dimensions: 4, found };
  }
}

function vectorOf({ contentHash }: Sample): number[] {
  return [0, 2, 4, 6].map((start) => Number.parseInt(contentHash.slice(start, start + 2), 16) / 255);
}

export interface TestHost {
  readonly services: Services;
  readonly runner: ScriptedRunner;
  readonly embedder: FakeEmbedder;
  readonly events: AnyEvent[];
  readonly bugs: unknown[];
  readonly call: <M extends MethodName>(name: M, input: MethodInput<M>) => Promise<MethodOutput<M>>;
  /** Waits for a job and gives its result; throws its error's message where it failed. */
  readonly finish: <K extends JobKind>(kind: K, jobId: JobId) => Promise<JobResults[K]>;
  readonly wait: (jobId: JobId) => Promise<JobState>;
}

/** One process: several may share `folder`, one after the other or at once. */
export function startHost(folder: string, replaced: Partial<ServicePorts> = {}): TestHost {
  const runner = new ScriptedRunner();
  const embedder = new FakeEmbedder();
  const bugs: unknown[] = [];
  const events: AnyEvent[] = [];
  const services = createServices({ ...createPorts(folder, runner, embedder, bugs), ...replaced });
  services.events.subscribe((event) => void events.push(event));
  const signal = new AbortController().signal;
  const call: TestHost['call'] = async (name, input) => services.methods[name](input, { signal });
  const wait = (jobId: JobId) => services.jobs.wait(jobId);
  const finish: TestHost['finish'] = async (kind, jobId) => {
    const state = await wait(jobId);
    if (state.status !== 'done' || state.kind !== kind)
      throw new Error(`${state.status}: ${state.error?.message}`, { cause: bugs.at(-1) });
    return state.result as JobResults[typeof kind];
  };
  return { services, runner, embedder, events, bugs, call, wait, finish };
}

function createPorts(folder: string, runner: ScriptedRunner, embedder: Embedder, bugs: unknown[]): ServicePorts {
  let nowMs = 1_700_000_000_000;
  const preferences = new Map<string, string>();
  let recent: ReturnType<ServicePorts['userFiles']['recentProjects']> = [];
  return {
    projectFiles: new SqliteProjectFiles({ lockWaitMs: 50 }),
    checkpointFiles: createCheckpointFiles(),
    cacheFiles: createCacheFiles(),
    trainingLocks,
    datasetReader: createDatasetReader(),
    datasetWriter: createDatasetWriter(),
    tableWriter: createTableWriter(),
    imageFinder: { findMoved },
    projectRepair: createProjectRepair(),
    pixelSource: createPixelSource(),
    pictureMeter: createPictureMeter(),
    analyst: inlineAnalyst,
    embedder,
    runner,
    engines: createEngineManager({
      enginesFolder: join(folder, 'engines'),
      check: ({ engine }) => Promise.reject(new TouchstoneError('engine-unavailable', `No ${engine} in this test.`)),
      packAddress: () => null,
    }),
    backbones: createBackboneStore({
      shippedFolder: resolve(import.meta.dirname, '../../resources/backbones'),
      folder: join(folder, 'backbones'),
    }),
    licences: { list: async () => [], text: async () => null },
    exampleDataset: { draw: (target) => writeDataset(target, 4) },
    userFiles: {
      preference: (name) => preferences.get(name) ?? null,
      setPreference: async (name, value) =>
        void (value === null ? preferences.delete(name) : preferences.set(name, value)),
      recentProjects: () => recent,
      setRecentProjects: async (projects) => {
        recent = projects;
      },
    },
    folderBrowser: {
      list: async (wanted) => ({ folder: wanted ?? folder, parent: null, entries: [] }),
      isFolder: (wanted) =>
        stat(wanted).then(
          (found) => found.isDirectory(),
          () => false,
        ),
    },
    appInfo: () => ({
      ...{ version: '9.9.9', platform: 'test', nodeVersion: '24', hasNativeDialogs: false },
      ...{ projectsFolder: join(folder, 'projects'), dataFolder: folder, logFile: join(folder, 'touchstone.log') },
    }),
    latestFaults: (most) =>
      bugs
        .slice(-most)
        .map((bug, index) => ({ at: '2026-01-01T00:00:00Z', reportId: `bug-${index + 1}`, message: String(bug) })),
    shortenPaths,
    clock: { nowMs: () => ++nowMs },
    reportBug: (error) => {
      bugs.push(error);
      return `bug-${bugs.length}`;
    },
  };
}

export interface TestProject extends TestHost {
  readonly folder: string;
  readonly pictures: string;
  readonly status: ProjectStatus;
  readonly projectId: ProjectStatus['projectId'];
}

/** Calls `work` with a host whose project holds `perClass` pictures in each of the classes blue, green and red. */
export async function withImportedProject(
  perClass: number,
  work: (project: TestProject) => Promise<void>,
): Promise<void> {
  await withHost(async (host, folder) => {
    const pictures = join(folder, 'pictures');
    await writeDataset(pictures, perClass);
    const { projectId } = await host.call('project/create', { folder: join(folder, 'project'), name: 'Colours' });
    const { jobId } = await host.call('import/start', { projectId, folder: pictures, labels: { kind: 'folders' } });
    await host.finish('import', jobId);
    const status = await host.call('project/status', { projectId });
    await work({ ...host, folder, pictures, status, projectId });
  });
}

/** Calls `work` with a host and its temporary folder; closes and removes both. */
export async function withHost(
  work: (host: TestHost, folder: string) => Promise<void>,
  replaced: Partial<ServicePorts> = {},
): Promise<void> {
  const { folder, remove } = makeTemporaryFolder();
  const host = startHost(folder, replaced);
  try {
    await work(host, folder);
  } finally {
    await host.services.close();
    remove();
  }
}

/** Trusts the first `perClass` pictures of each class under their given labels. */
export async function trustFirst({ call, projectId, status }: TestProject, perClass: number): Promise<void> {
  for (const { classId } of status.classes) {
    const query = { by: 'suspicion', filter: { givenClassIds: [classId] } } as const;
    const sampleIds = await call('review/ids', { projectId, query, offset: 0, limit: perClass });
    await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'trust' } });
  }
}

/** Trains to the end with the scripted runner. */
export async function trainOnce(project: TestProject, settings: MethodInput<'train/start'>['settings'] = {}) {
  const { jobId, runId } = await project.call('train/start', {
    projectId: project.projectId,
    settings: { epochs: 2, ...settings },
  });
  const detail = await project.finish('training', jobId);
  return { runId, detail };
}
