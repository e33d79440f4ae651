import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDatasetReader } from '../../../src-main/media/dataset-reader.ts';
import type { DatasetReader } from '../../../src-main/services/ports/dataset-reader.ts';
import {
  trustFirst,
  withHost,
  withImportedProject,
  writeDataset,
  writePicture,
  type TestProject,
} from '../../factories/make-services.ts';

const folders = { kind: 'folders' } as const;
const everything = { by: 'suspicion', filter: {} } as const;

async function update({ call, finish, projectId }: TestProject, folder: string) {
  const { jobId } = await call('import/start', { projectId, folder, labels: folders, update: true });
  return finish('import', jobId);
}

function hashTree(folder: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    hash.update(entry.name);
    if (entry.isFile()) hash.update(readFileSync(join(entry.parentPath, entry.name)));
  }
  return hash.digest('hex');
}

describe('a preview', () => {
  it('says what is there and writes nothing', () =>
    withHost(async ({ call, finish }, folder) => {
      const pictures = join(folder, 'pictures');
      await writeDataset(pictures, 2);
      writeFileSync(join(pictures, 'notes.txt'), 'not an image');
      const before = hashTree(folder);
      const { jobId } = await call('import/preview', { folder: pictures, labels: folders });
      const preview = await finish('preview', jobId);
      expect(preview).toMatchObject({ folder: pictures, files: 6 });
      expect(preview.classes).toEqual(['blue', 'green', 'red'].map((name) => ({ name, files: 2 })));
      expect(hashTree(folder)).toBe(before);
    }));

  it('of a folder that is not there fails with its reason', () =>
    withHost(async ({ call, wait }, folder) => {
      const { jobId } = await call('import/preview', { folder: join(folder, 'nowhere'), labels: folders });
      expect(await wait(jobId)).toMatchObject({ status: 'failed', error: { code: 'folder-not-found' } });
    }));
});

describe('an import', () => {
  it('reports classes, imbalance, rare classes and each problem file, and leaves the folder alone', () =>
    withHost(async ({ call, finish }, folder) => {
      const pictures = join(folder, 'pictures');
      await writeDataset(pictures, 2);
      await writePicture(join(pictures, 'red', 'extra.png'), [1, 2, 3]);
      await writePicture(join(pictures, 'red', 'more.png'), [1, 2, 4]);
      writeFileSync(join(pictures, 'red', 'broken.png'), 'no image at all');
      await writePicture(join(pictures, 'blue', 'twin.png'), [1, 2, 3]);
      const before = hashTree(pictures);
      const { projectId } = await call('project/create', { folder: join(folder, 'project') });
      const { jobId } = await call('import/start', { projectId, folder: pictures, labels: folders });
      const report = await finish('import', jobId);
      expect(report).toMatchObject({ added: 9, updated: 0, unchanged: 0, gone: 0, samples: 9, imbalance: 2 });
      expect(report.rareClasses).toContainEqual({ name: 'green', samples: 2 });
      expect(report.problems.map(({ path, kind }) => [path, kind])).toEqual([
        ['red/broken.png', 'unsupported'],
        ['red/extra.png', 'duplicate-other-label'],
      ]);
      expect(report.problemCounts).toEqual({ unsupported: 1, 'duplicate-other-label': 1 });
      expect(await call('import/report', { projectId })).toEqual(report);
      expect(hashTree(pictures)).toBe(before);
    }));

  it('with update adds what is new, marks what is gone, and keeps marks and decisions', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, pictures, status } = project;
      await trustFirst(project, 1);
      const find = async (path: string) => (await call('review/find', { projectId, path })).sampleId;
      const [moved, gone] = [await find('red/01.png'), await find('green/02.png')];
      if (moved === null || gone === null) throw new Error('The dataset lacks an image.');
      await call('decide/apply', { projectId, target: { sampleIds: [moved, gone] }, action: { kind: 'unsure' } });
      renameSync(join(pictures, 'red', '01.png'), join(pictures, 'red', 'renamed.png'));
      rmSync(join(pictures, 'green', '02.png'));
      await writePicture(join(pictures, 'blue', 'new.png'), [9, 9, 9]);

      const report = await update(project, pictures);
      expect(report).toMatchObject({ added: 1, updated: 1, unchanged: 7, gone: 1, samples: 9 });
      expect(await find('red/renamed.png')).toBe(moved);
      const { sample } = await call('review/sample', { projectId, sampleId: moved });
      expect(sample.decision).toBe('unsure');
      const lost = await call('review/sample', { projectId, sampleId: gone });
      expect(lost.sample).toMatchObject({ presence: 'gone', decision: 'unsure' });
      const after = await call('project/status', { projectId });
      expect(after.samples).toEqual({ present: 9, gone: 1 });
      expect(after.trusted.total).toBe(status.classes.length);
    }));

  it('from another folder is refused without update', () =>
    withImportedProject(1, async ({ call, projectId, folder }) => {
      const other = join(folder, 'other');
      await writeDataset(other, 1);
      const start = { projectId, folder: other, labels: folders };
      await expect(call('import/start', start)).rejects.toMatchObject({ code: 'wrong-use' });
      await expect(call('import/start', { ...start, update: true })).resolves.toHaveProperty('jobId');
    }));

  it('of an unplugged disk does not mark everything as gone', () =>
    withImportedProject(2, async ({ call, wait, projectId, pictures }) => {
      for (const name of ['blue', 'green', 'red']) rmSync(join(pictures, name), { recursive: true });
      const { jobId } = await call('import/start', { projectId, folder: pictures, labels: folders, update: true });
      expect(await wait(jobId)).toMatchObject({ status: 'failed', error: { code: 'dataset-empty' } });
      expect((await call('project/status', { projectId })).samples).toEqual({ present: 6, gone: 0 });
    }));

  it('that is cancelled keeps what it added, and a second one goes on', async () => {
    const reader = createDatasetReader();
    let onInspected: (count: number) => void = () => {};
    const slow: DatasetReader = {
      list: (...input) => reader.list(...input),
      async *inspect(...input) {
        let count = 0;
        for await (const inspection of reader.inspect(...input)) {
          yield inspection;
          onInspected(++count);
        }
      },
    };
    await withHost(
      async ({ call, wait, finish }, folder) => {
        const pictures = join(folder, 'pictures');
        await writeDataset(pictures, 200);
        const { projectId } = await call('project/create', { folder: join(folder, 'project') });
        const first = await call('import/start', { projectId, folder: pictures, labels: folders });
        onInspected = (count) => {
          if (count === 550) void call('job/cancel', { jobId: first.jobId });
        };
        expect((await wait(first.jobId)).status).toBe('cancelled');
        const kept = (await call('project/status', { projectId })).samples.present;
        expect(kept).toBe(500);
        onInspected = () => {};
        const second = await call('import/start', { projectId, folder: pictures, labels: folders });
        expect(await finish('import', second.jobId)).toMatchObject({ added: 100, unchanged: 500, samples: 600 });
      },
      { datasetReader: slow },
    );
  });

  it('cannot run twice at once', () =>
    withImportedProject(1, async ({ call, wait, projectId, pictures }) => {
      const start = { projectId, folder: pictures, labels: folders, update: true };
      const { jobId } = await call('import/start', start);
      await expect(call('import/start', start)).rejects.toMatchObject({ code: 'wrong-use' });
      await wait(jobId);
    }));

  it('is told to whoever listens, and lists show it', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, pictures, events } = project;
      await call('review/page', { projectId, query: everything, offset: 0, limit: 1 });
      await writePicture(join(pictures, 'blue', 'new.png'), [9, 9, 9]);
      await update(project, pictures);
      expect(events).toContainEqual({ name: 'project/changed', payload: { projectId, what: 'samples' } });
      const page = await call('review/page', { projectId, query: everything, offset: 0, limit: 0 });
      expect(page.total).toBe(7);
    }));
});
