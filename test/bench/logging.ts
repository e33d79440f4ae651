/**
 * Share of a training's time that goes into logging every image's signals: the same run with its epochs written to SQLite and without.
 * The time of the writes themselves is taken, so that noise of the machine between two runs cannot hide it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ClassId, SampleId } from '../../src-main/core/dataset/sample.ts';
import { SqliteProjectFiles } from '../../src-main/storage/project-files.ts';
import { createInlineRunner } from '../../src-main/training/inline-runner.ts';
import { makeVectorJob } from '../factories/make-training-job.ts';

const sampleCount = 5000;
const classCount = 10;
const epochs = 5;
const wantedShare = 0.02;

/** No arguments. Fails at 2 % and more. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'touchstone-logging-'));
  const stores = new SqliteProjectFiles().create(path.join(folder, 'project'), 'logging');
  try {
    const sampleIds = addSamples(stores);
    const settings = { epochs, batchSize: 100, trustedBatchSize: 100, engine: 'auto' } as const;
    const { job } = makeVectorJob({
      sampleCount,
      classCount,
      dimensions: 1024,
      trustedPerClass: 10,
      wrongShare: 0.2,
      settings,
    });
    const classIds = Array.from({ length: classCount }, (_, index) => (index + 1) as ClassId);
    const stored = stores.runs.create(
      {
        settings: job.settings,
        classIds,
        versions: {},
        trustedCount: job.trusted.length,
        sampleIds,
        labels: job.labels,
        trusted: job.trusted,
      },
      Date.now(),
    );
    let writingMs = 0;
    let trainingMs = 0;
    for await (const event of createInlineRunner().start(job).events) {
      if (event.kind !== 'epoch-done') continue;
      const startedAtMs = performance.now();
      await stores.runs.writeEpoch(stored.id, event.metrics, event.signals, `epoch-${event.metrics.epochIndex}`);
      writingMs += performance.now() - startedAtMs;
      trainingMs += event.metrics.durationMs;
    }
    const share = writingMs / (trainingMs + writingMs);
    console.log(
      `training ${(trainingMs / epochs).toFixed(0)} ms per epoch of ${sampleCount} images (head, 1024 dimensions, batch 100, M = B)`,
    );
    console.log(
      `logging  ${(writingMs / epochs).toFixed(1)} ms per epoch, ${(100 * share).toFixed(2)} % of the time (under ${100 * wantedShare} % is wanted)`,
    );
    if (share >= wantedShare) process.exitCode = 1;
  } finally {
    stores.close();
    await rm(folder, { recursive: true });
  }
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
