/** The doctor, over real files: what it finds, mends, and says. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepDailyBackups } from '../../../src-main/services/daily-backups.ts';
import { SqliteProjectFiles } from '../../../src-main/storage/project-files.ts';
import {
  startHost,
  trainOnce,
  trustFirst,
  withHost,
  withImportedProject,
  writePicture,
  type TestProject,
} from '../../factories/make-services.ts';

async function doctor({ call, finish, folder }: Pick<TestProject, 'call' | 'finish' | 'folder'>, options: object = {}) {
  const { jobId } = await call('project/repair', { folder: join(folder, 'project'), ...options });
  return finish('repair', jobId);
}

async function reopen({ call, folder }: TestProject) {
  return call('project/open', { folder: join(folder, 'project') });
}

describe('the doctor', () => {
  it('finds nothing wrong with a sound project, and leaves every byte of it', () =>
    withImportedProject(2, async (project) => {
      await trustFirst(project, 1);
      const report = await doctor(project, { checkOnly: true });
      expect(report).toMatchObject({
        file: { state: 'sound', findings: [] },
        rescue: null,
        lostCheckpoints: [],
        remarks: [],
      });
      expect(report.images).toMatchObject({ known: 6, relinked: 0, missing: 0 });
      // A check leaves the project open.
      expect((await project.call('project/status', { projectId: project.projectId })).samples.present).toBe(6);
    }));

  it('finds images again that were moved, renamed and swapped, with their decisions and labels', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, pictures } = project;
      const dropped = (await call('review/find', { projectId, path: 'red/01.png' })).sampleId!;
      await call('decide/apply', { projectId, target: { sampleIds: [dropped] }, action: { kind: 'drop' } });
      await mkdir(join(pictures, 'sorted', 'deep'), { recursive: true });
      await rename(join(pictures, 'red', '01.png'), join(pictures, 'sorted', 'deep', 'crimson.png'));
      await rename(join(pictures, 'blue'), join(pictures, 'azure'));
      await rm(join(pictures, 'green', '02.png'));
      await writePicture(join(pictures, 'sorted', 'new.png'), [1, 2, 3]);
      const report = await doctor(project);
      expect(report.images).toMatchObject({ known: 9, relinked: 4, missing: 1, missingExamples: ['green/02.png'] });
      expect(report.images?.relinkedExamples).toContainEqual({ from: 'red/01.png', to: 'sorted/deep/crimson.png' });
      expect(report.remarks.join('\n')).toMatch(/4 images were found again[^]*1 images are missing/);
      // Pages go on with the handle that they have.
      const status = await call('project/status', { projectId });
      expect(status.decisions.drop).toBe(1);
      const { sampleId } = await call('review/find', { projectId, path: 'sorted/deep/crimson.png' });
      expect(sampleId).toBe(dropped);
      expect((await doctor(project)).images).toMatchObject({ relinked: 0, missing: 1 });
    }));

  it('takes the images from where they were moved to, and not from a folder without any of them', () =>
    withImportedProject(2, async (project) => {
      const { folder, pictures } = project;
      const elsewhere = join(folder, 'elsewhere');
      await rename(pictures, elsewhere);
      const lost = await doctor(project);
      expect(lost.images).toBeNull();
      expect(lost.remarks.join()).toContain('is not there');
      await mkdir(join(folder, 'empty'));
      expect((await doctor(project, { images: join(folder, 'empty') })).remarks.join()).toContain(
        'None of the project',
      );
      const found = await doctor(project, { images: elsewhere });
      expect(found.images).toMatchObject({ folder: elsewhere, missing: 0, relinked: 0 });
      expect((await reopen(project)).source?.folder).toBe(elsewhere);
    }));

  it('rescues a damaged file, says what it did, and the work goes on', () =>
    withImportedProject(4, async (project) => {
      await trustFirst(project, 2);
      await trainOnce(project);
      const { call, projectId, folder } = project;
      const query = { by: 'suspicion', filter: {} } as const;
      const before = await call('review/ids', { projectId, query, offset: 0, limit: 50 });
      await call('project/close', { projectId });
      const file = join(folder, 'project', 'project.sqlite');
      const bytes = await readFile(file);
      await writeFile(file, bytes.fill(0x5a, 0, 100));
      const looked = await doctor(project, { checkOnly: true });
      expect(looked).toMatchObject({ file: { state: 'unreadable' }, rescue: null });
      const report = await doctor(project);
      expect(report.rescue?.tables.find(({ table }) => table === 'samples')).toMatchObject({
        read: 12,
        hasLosses: false,
      });
      const status = await reopen(project);
      expect(status).toMatchObject({ isReadOnly: false, trusted: { total: 6 }, runs: { finished: 1 } });
      expect(await call('review/ids', { projectId: status.projectId, query, offset: 0, limit: 50 })).toEqual(before);
    }));

  it('goes back to a backup when asked, and can go forth again', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, folder } = project;
      const stores = new SqliteProjectFiles().open(join(folder, 'project'));
      await stores.backUp('asked', 5);
      stores.close();
      const sampleIds = await call('review/ids', {
        projectId,
        query: { by: 'suspicion', filter: {} },
        offset: 0,
        limit: 4,
      });
      await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'drop' } });
      await doctor(project, { restore: '1' });
      expect((await reopen(project)).decisions.drop).toBe(0);
      const [newest] = await call('project/backups', { folder: join(folder, 'project') });
      expect(newest?.reason).toBe('restore');
      await doctor(project, { restore: newest?.name });
      expect((await reopen(project)).decisions.drop).toBe(4);
      await expect(doctor(project, { restore: '99' })).rejects.toThrow('no backup 99');
    }));

  it('names runs whose last state is lost, and makes caches anew', () =>
    withImportedProject(3, async (project) => {
      await trustFirst(project, 1);
      const { runId } = await trainOnce(project);
      const { folder, embedder } = project;
      const stores = new SqliteProjectFiles().open(join(folder, 'project'));
      const checkpoint = stores.runs.checkpointFile(runId);
      stores.runs.setStatus(runId, 'interrupted', 1);
      stores.close();
      if (checkpoint) await rm(join(folder, 'project', 'checkpoints', checkpoint), { force: true });
      embedder.known.clear();
      await mkdir(join(folder, 'project', 'cache'), { recursive: true });
      await writeFile(join(folder, 'project', 'cache', 'old'), '12345');
      const report = await doctor(project, { rebuildCaches: true });
      expect(report).toMatchObject({ lostCheckpoints: [runId], cacheBytesFreed: 5 });
      expect(embedder.known.size).toBe(9);
    }));

  it('refuses a folder without a project, a project that another process has open, and a check that changes', () =>
    withImportedProject(1, async (project) => {
      const { folder } = project;
      await expect(doctor({ ...project, folder: join(folder, 'nowhere') })).rejects.toThrow('no Touchstone project');
      const other = startHost(folder);
      await other.call('project/open', { folder: join(folder, 'project') });
      await expect(doctor(project, { restore: '1' })).rejects.toThrow(/no backup|open/);
      await other.services.close();
      await expect(
        project.call('project/repair', { folder, checkOnly: true, rebuildCaches: true }),
      ).rejects.toMatchObject({
        code: 'wrong-use',
      });
    }));
});

describe('daily backups', () => {
  const day = 24 * 3600 * 1000;

  it('are made once a day while something changes, and again where the clock was set back', () =>
    withHost(async (host, folder) => {
      let nowMs = Date.now();
      const stores = new SqliteProjectFiles().create(join(folder, 'project'), 'x');
      const projects = { all: () => [{ id: 'p', stores }], ids: () => ['p'] };
      const ports = { clock: { nowMs: () => nowMs }, reportBug: () => '' };
      const backups = keepDailyBackups({ projects, ports } as never);
      const countAfter = async (advanceMs: number): Promise<number> => {
        nowMs += advanceMs;
        await backups.look();
        return stores.backups().length;
      };
      expect(await countAfter(0)).toBe(0);
      expect(await countAfter(-3 * day)).toBe(1);
      stores.setName('changed');
      expect(await countAfter(day / 2)).toBe(1);
      expect(await countAfter(day / 2)).toBe(2);
      expect(await countAfter(2 * day)).toBe(3);
      await backups.stop();
      stores.close();
      expect(host.bugs).toEqual([]);
    }));
});
