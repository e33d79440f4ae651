/** A project of any size with a finished run and some verdicts: written straight into the file, because importing a million images takes hours. */
import path from 'node:path';
import Database from 'better-sqlite3';
import type { ClassId, SampleId } from '../../../src-main/core/dataset/sample.ts';
import type { ProjectStores } from '../../../src-main/services/ports/project-files.ts';
import { projectFileName, SqliteProjectFiles } from '../../../src-main/storage/project-files.ts';
import { makeRunSettings } from '../../factories/make-run-settings.ts';
import { makeRunScores } from '../../factories/make-signals.ts';

export const classCount = 20;
const trustedCount = 200;
const decidedShare = 0.02;

/** Returns how long the run's scores took to be written, in seconds. */
export async function generateProject(folder: string, sampleCount: number): Promise<number> {
  new SqliteProjectFiles().create(folder, `${sampleCount} samples`).close();
  insertSamples(path.join(folder, projectFileName), sampleCount);
  const stores = new SqliteProjectFiles().open(folder);
  try {
    stores.setSource({ folder: path.join(folder, 'images'), labels: { kind: 'folders' } });
    decide(stores, sampleCount);
    return await addFinishedRun(stores, sampleCount);
  } finally {
    stores.close();
  }
}

function insertSamples(file: string, sampleCount: number): void {
  const database = new Database(file);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -1000000');
  const insertClass = database.prepare('INSERT INTO classes (name) VALUES (?)');
  const insertAll = database.prepare(
    `INSERT INTO samples (path, content_hash, size_bytes, modified_at_ms, width, height, given_class_id, presence)
     WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
     SELECT printf('class-%02d/image-%08d.jpg', n % ?, n), lower(hex(randomblob(32))), 4000 + n % 9000, 0, 64, 64, 1 + n % ?, 'present'
     FROM numbers`,
  );
  database.transaction(() => {
    for (let number = 0; number < classCount; number++) insertClass.run(`class ${number}`);
    insertAll.run(sampleCount, classCount, classCount);
  })();
  database.close();
}

function decide({ verdicts }: ProjectStores, sampleCount: number): void {
  const decided = Array.from({ length: Math.floor(sampleCount * decidedShare) }, (_, index) => ({
    sampleId: (trustedCount + 1 + index * 40) as SampleId,
    after: { decision: { kind: index % 3 === 0 ? 'keep' : 'drop' } as const, trustedClassId: null },
  }));
  verdicts.apply(
    'decisions',
    decided.filter(({ sampleId }) => sampleId <= sampleCount),
    0,
  );
  const trusted = Array.from({ length: trustedCount }, (_, index) => ({
    sampleId: (1 + index) as SampleId,
    after: { decision: null, trustedClassId: (1 + (index % classCount)) as ClassId },
  }));
  verdicts.apply('trusted', trusted, 0);
}

async function addFinishedRun({ runs }: ProjectStores, sampleCount: number): Promise<number> {
  const run = runs.create(
    {
      settings: makeRunSettings(),
      classIds: Array.from({ length: classCount }, (_, index) => (index + 1) as ClassId),
      versions: {},
      trustedCount,
      sampleIds: Array.from({ length: sampleCount }, (_, index) => (index + 1) as SampleId),
      labels: Int32Array.from({ length: sampleCount }, (_, index) => index % classCount),
      trusted: Uint32Array.from({ length: trustedCount }, (_, index) => index),
    },
    0,
  );
  const startedAtMs = performance.now();
  await runs.writeScores(run.id, makeRunScores(sampleCount, classCount));
  runs.setStatus(run.id, 'finished', 1);
  return (performance.now() - startedAtMs) / 1000;
}
