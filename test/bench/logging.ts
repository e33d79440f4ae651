/**
 * Share of a training's time that goes into logging every image's signals, arranged as in the app: training in its thread, storage in
 * this one. What counts is how long the training stands still for it (handing an epoch over, waiting until the one before is written);
 * what writing takes meanwhile is printed beside it, and what an epoch takes when nothing is written.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ClassId, SampleId } from '../../src-main/core/dataset/sample.ts';
import type { EpochDone, TrainingJob } from '../../src-main/services/ports/training-runner.ts';
import { createCheckpointFiles } from '../../src-main/shell-headless/host/project-side-files.ts';
import { SqliteProjectFiles } from '../../src-main/storage/project-files.ts';
import { createWorkerRunner } from '../../src-main/training/worker-runner.ts';
import { makeVectorJob } from '../factories/make-training-job.ts';

const sampleCount = 5000;
const classCount = 10;
/** Of the backbone that comes with the app; the run reduces them by itself. */
const dimensions = 1024;
const epochs = 10;
const wantedShare = 0.02;

/** No arguments. Fails at 2 % and more. */
export async function run(): Promise<void> {
  const { job } = makeVectorJob({
    ...{ sampleCount, classCount, dimensions, trustedPerClass: 10, wrongShare: 0.2 },
    settings: { epochs, batchSize: 100, trustedBatchSize: 100, engine: 'auto' },
  });
  const unlogged = await train(job, () => Promise.resolve());
  const logged = await trainLogged(job);
  const share = logged.stoodStillMs / logged.trainingMs;
  const perEpoch = (ms: number): string => `${(ms / epochs).toFixed(1)} ms`;
  console.log(
    `per epoch of ${sampleCount} images (head, ${dimensions} dimensions, batch 100, M = B, ${logged.engine}):`,
  );
  console.log(`training    ${perEpoch(logged.trainingMs)}; ${perEpoch(unlogged.trainingMs)} when nothing is written`);
  console.log(
    `writing     ${perEpoch(logged.rowsMs)} rows, ${perEpoch(logged.checkpointMs)} checkpoint, beside the training`,
  );
  console.log(
    `stood still ${perEpoch(logged.stoodStillMs)}: ${(100 * share).toFixed(2)} % of the training (under ${100 * wantedShare} % is wanted)`,
  );
  if (share >= wantedShare) process.exitCode = 1;
}

/** As a run of the app writes its epochs. */
async function trainLogged(job: TrainingJob) {
  const folder = await mkdtemp(path.join(tmpdir(), 'touchstone-logging-'));
  const projectFolder = path.join(folder, 'project');
  const stores = new SqliteProjectFiles().create(projectFolder, 'logging');
  const files = createCheckpointFiles();
  let rowsMs = 0;
  let checkpointMs = 0;
  try {
    const id = createRun(stores, job);
    const trained = await train(job, async ({ metrics, signals, checkpoint }) => {
      const name = `epoch-${metrics.epochIndex}.ckpt`;
      const startedAtMs = performance.now();
      await files.write(projectFolder, name, checkpoint);
      const keptAtMs = performance.now();
      await stores.runs.writeEpoch(id, metrics, signals, name);
      rowsMs += performance.now() - keptAtMs;
      checkpointMs += keptAtMs - startedAtMs;
    });
    return { ...trained, rowsMs, checkpointMs };
  } finally {
    stores.close();
    await rm(folder, { recursive: true });
  }
}

async function train(job: TrainingJob, write: (epoch: EpochDone) => Promise<void>) {
  const clocks = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
  const entry = new URL('logging/logging-worker.ts', import.meta.url);
  const runner = createWorkerRunner({ createWorker: () => new Worker(entry, { workerData: clocks.buffer }) });
  let engine = '';
  for await (const event of runner.start(job).events) {
    if (event.kind === 'progress') engine = event.engine;
    if (event.kind === 'epoch-done') await write(event);
  }
  const [stoodStillMs = 0, trainingMs = 0] = clocks;
  return { stoodStillMs, trainingMs, engine };
}

function createRun(stores: ReturnType<SqliteProjectFiles['create']>, job: TrainingJob) {
  const sampleIds = addSamples(stores);
  const classIds = Array.from({ length: classCount }, (_, index) => (index + 1) as ClassId);
  const { settings, labels, trusted } = job;
  const inputs = { sampleIds, labels, trusted, trustedCount: trusted.length };
  return stores.runs.create({ settings, classIds, versions: {}, ...inputs }, Date.now()).id;
}

function addSamples(stores: ReturnType<SqliteProjectFiles['create']>): readonly SampleId[] {
  const found = Array.from({ length: sampleCount }, (_, index) => ({
    path: `class-${index % classCount}/${index}.png`,
    contentHash: index.toString(16).padStart(64, '0'),
    sizeBytes: 1000,
    modifiedAtMs: 0,
    width: 32,
    height: 32,
    givenLabel: `class-${index % classCount}`,
  }));
  stores.samples.upsert(found);
  return stores.samples.all().map(({ id }) => id);
}
