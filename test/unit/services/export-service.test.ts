import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { trainOnce, trustFirst, withImportedProject, type TestProject } from '../../factories/make-services.ts';

/** blue/01 is dropped, blue/02 relabelled to green, where its name is taken; everything trained once. */
async function decide(project: TestProject): Promise<void> {
  const { call, projectId, status } = project;
  await trustFirst(project, 1);
  await trainOnce(project);
  const green = status.classes[1]?.classId;
  if (!green) throw new Error('A class is missing.');
  const find = async (path: string) => {
    const { sampleId } = await call('review/find', { projectId, path });
    return sampleId === null ? [] : [sampleId];
  };
  await call('decide/apply', { projectId, target: { sampleIds: await find('blue/01.png') }, action: { kind: 'drop' } });
  await call('decide/apply', {
    ...{ projectId, target: { sampleIds: await find('blue/02.png') }, action: { kind: 'relabel', classId: green } },
  });
}

function request({ folder, projectId }: TestProject) {
  return { projectId, folder: join(folder, 'cleaned'), format: 'folders', link: 'copy' } as const;
}

describe('an export', () => {
  it('is planned before anything is written', () =>
    withImportedProject(3, async (project) => {
      await decide(project);
      const plan = await project.call('export/plan', request(project));
      expect(plan).toMatchObject({
        files: 8,
        dropped: 1,
        relabelled: 1,
        targetFolder: join(project.folder, 'cleaned'),
      });
      expect(plan.classes).toEqual([
        { name: 'blue', before: 3, after: 1 },
        { name: 'green', before: 3, after: 4 },
        { name: 'red', before: 3, after: 3 },
      ]);
      expect(plan.renamed.map(({ from }) => from)).toEqual(['blue/02.png']);
      expect(plan.bytes).toBeGreaterThan(0);
      expect(existsSync(plan.targetFolder)).toBe(false);
    }));

  it('writes what was planned, and a manifest of every image', () =>
    withImportedProject(3, async (project) => {
      const { call, finish, folder } = project;
      await decide(project);
      const { jobId } = await call('export/start', request(project));
      const result = await finish('export', jobId);
      expect(readdirSync(join(folder, 'cleaned', 'blue'))).toEqual(['00.png']);
      expect(readdirSync(join(folder, 'cleaned', 'green'))).toHaveLength(4);
      const rows = parse<Record<string, string>>(readFileSync(result.manifestFile), { columns: true });
      expect(rows).toHaveLength(9);
      expect(rows[1]).toMatchObject({
        ...{ path: 'blue/01.png', given_label: 'blue', final_label: '', decision: 'drop', run: '1', exported_path: '' },
      });
      expect(rows[2]).toMatchObject({ path: 'blue/02.png', final_label: 'green', decision: 'relabel' });
      expect(Number(rows[2]?.['score'])).not.toBeNaN();
      expect(rows[2]?.['weight']).not.toBe('');
      expect(Date.parse(rows[2]?.['date'] ?? '')).toBeGreaterThan(0);
      expect(existsSync(join(folder, 'cleaned', rows[2]?.['exported_path'] ?? 'nothing'))).toBe(true);
    }));

  it('as a table of labels copies nothing', () =>
    withImportedProject(2, async (project) => {
      const { call, finish, folder } = project;
      const { jobId } = await call('export/start', { ...request(project), format: 'csv' });
      expect(await finish('export', jobId)).toMatchObject({ files: 6, bytes: 0, renamed: [] });
      const rows = parse<Record<string, string>>(readFileSync(join(folder, 'cleaned', 'labels.csv')), {
        columns: true,
      });
      expect(rows[0]).toEqual({ path: 'blue/00.png', label: 'blue' });
    }));

  it('refuses a folder that is in use, or inside the images', () =>
    withImportedProject(1, async (project) => {
      const { call, wait, folder, pictures } = project;
      mkdirSync(join(folder, 'cleaned'));
      writeFileSync(join(folder, 'cleaned', 'mine.txt'), 'precious');
      await expect(call('export/plan', request(project))).rejects.toMatchObject({ code: 'export-folder-not-empty' });
      const { jobId } = await call('export/start', { ...request(project), folder: join(pictures, 'cleaned') });
      expect(await wait(jobId)).toMatchObject({ status: 'failed', error: { code: 'export-overlaps-source' } });
    }));

  it('of nothing is refused', () =>
    withImportedProject(1, async (project) => {
      const { call, projectId } = project;
      const query = { by: 'suspicion', filter: {} } as const;
      await call('decide/apply', { projectId, target: { query, expectedCount: 3 }, action: { kind: 'drop' } });
      await expect(call('export/plan', request(project))).rejects.toMatchObject({ code: 'dataset-empty' });
    }));

  it('fails, and leaves nothing, when an image is gone', () =>
    withImportedProject(1, async (project) => {
      rmSync(join(project.pictures, 'red', '00.png'));
      const { jobId } = await project.call('export/start', request(project));
      expect(await project.wait(jobId)).toMatchObject({ status: 'failed', error: { code: 'export-source-changed' } });
      expect(readdirSync(project.folder).toSorted()).toEqual(['pictures', 'project']);
    }));
});
