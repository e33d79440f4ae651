/** Real project files in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectStores } from '../../src-main/services/ports/project-files.ts';
import type { Run } from '../../src-main/services/ports/run-store.ts';
import { SqliteProjectFiles } from '../../src-main/storage/project-files.ts';
import { makeFoundSamples } from './make-found-sample.ts';
import { makeRunSettings } from './make-run-settings.ts';

/** Does not wait for locks: a test that expects one should not take seconds. */
export const impatientFiles = new SqliteProjectFiles({ lockWaitMs: 50 });

/** A folder of its own, and how to remove it. */
export function makeTemporaryFolder(): { readonly folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Calls `work` with a new project and removes it afterwards. */
export async function withProject<T>(work: (project: ProjectStores) => T | Promise<T>): Promise<T> {
  const { folder, remove } = makeTemporaryFolder();
  const project = impatientFiles.create(folder, 'Test project');
  try {
    return await work(project);
  } finally {
    project.close();
    remove();
  }
}

/** Puts `sampleCount` samples of `classCount` classes into the project. */
export function addSamples(project: ProjectStores, sampleCount: number, classCount = 2): void {
  project.samples.upsert(makeFoundSamples(sampleCount, classCount));
}

/** A run on every sample of the project; the first `trustedCount` are its trusted set. */
export function addRun(project: ProjectStores, trustedCount = 0): Run {
  const samples = project.samples.all('present');
  const classIds = project.samples.classes().map(({ id }) => id);
  return project.runs.create(
    {
      settings: makeRunSettings(),
      classIds,
      versions: { touchstone: '0.1.0', engine: 'cpu' },
      trustedCount,
      sampleIds: samples.map(({ id }) => id),
      labels: Int32Array.from(samples, ({ givenClassId }) => classIds.indexOf(givenClassId)),
      trusted: Uint32Array.from({ length: trustedCount }, (_, index) => index),
    },
    1_000,
  );
}
