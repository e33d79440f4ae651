import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { InferenceSession, Tensor } from 'onnxruntime-node';
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

  it('names the other right label beside one of two, and leaves out what is of neither', () =>
    withImportedProject(2, async (project) => {
      const { call, finish, projectId, status } = project;
      const green = status.classes.find(({ name }) => name === 'green')?.classId;
      if (!green) throw new Error('A class is missing.');
      const answers = { 'blue/00.png': { kind: 'both', classId: green }, 'blue/01.png': { kind: 'neither' } } as const;
      for (const [path, action] of Object.entries(answers)) {
        const { sampleId } = await call('review/find', { projectId, path });
        if (sampleId !== null) await call('decide/apply', { projectId, target: { sampleIds: [sampleId] }, action });
      }
      const query = { by: 'suspicion', filter: {} } as const;
      expect(await call('review/summary', { projectId, query })).toMatchObject({
        ...{ decided: 2, kept: 1, dropped: 1, relabelled: 0, wrongShare: { value: 0.5 } },
      });
      const { jobId } = await call('export/start', request(project));
      const result = await finish('export', jobId);
      expect(result).toMatchObject({ files: 5, dropped: 1, relabelled: 0 });
      const rows = parse<Record<string, string>>(readFileSync(result.manifestFile), { columns: true });
      expect(rows.slice(0, 2)).toMatchObject([
        { path: 'blue/00.png', final_label: 'blue', also_label: 'green', decision: 'both' },
        { path: 'blue/01.png', final_label: '', also_label: '', decision: 'neither', exported_path: '' },
      ]);
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

describe('weights for training elsewhere', () => {
  it('are a table of the run’s images, dropped ones without a label', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, folder } = project;
      await decide(project);
      const file = join(folder, 'weights.csv');
      const written = await call('export/weights', { projectId, file });
      expect(written).toMatchObject({ file, runId: 1, images: 9 });
      const rows = parse<Record<string, string>>(readFileSync(file), { columns: true });
      expect(Object.keys(rows[0] ?? {})).toEqual(written.columns);
      expect(rows.map(({ path }) => path)).toContain('blue/01.png');
      expect(rows.find(({ path }) => path === 'blue/01.png')).toMatchObject({ given_label: 'blue', label: '' });
      expect(rows.find(({ path }) => path === 'blue/02.png')).toMatchObject({ given_label: 'blue', label: 'green' });
      expect(rows.filter(({ trusted }) => trusted === '1')).toHaveLength(3);
      for (const { weight } of rows) expect(Number(weight)).toBeGreaterThanOrEqual(0);
      expect(rows.every(({ weight }) => weight !== '')).toBe(true);
    }));

  it('are refused without a run, with a name that says no format, and where there is a file already', () =>
    withImportedProject(1, async (project) => {
      const { call, projectId, folder, pictures } = project;
      const write = (file: string) => call('export/weights', { projectId, file });
      await expect(write(join(folder, 'w.csv'))).rejects.toMatchObject({ code: 'run-not-found' });
      await trustFirst(project, 1);
      await trainOnce(project);
      await expect(write(join(folder, 'weights'))).rejects.toMatchObject({ code: 'invalid-value' });
      await expect(write(join(pictures, 'w.csv'))).rejects.toMatchObject({ code: 'export-overlaps-source' });
      writeFileSync(join(folder, 'w.csv'), 'precious');
      await expect(write(join(folder, 'w.csv'))).rejects.toMatchObject({ code: 'export-folder-not-empty' });
      expect(readFileSync(join(folder, 'w.csv'), 'utf8')).toBe('precious');
    }));
});

describe('the trained network', () => {
  const head = () => ({
    ...{ means: new Float32Array(4), scales: new Float32Array(4).fill(1), hiddenKernel: new Float32Array(16) },
    ...{ hiddenBias: new Float32Array(4), outputKernel: new Float32Array(12), outputBias: Float32Array.of(0, 0, 5) },
  });

  it('is written as ONNX that answers with the classes in the file', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, folder } = project;
      await trustFirst(project, 1);
      project.runner.script = { head };
      await trainOnce(project);
      const target = join(folder, 'network.onnx');
      const written = await call('export/network', { projectId, target, format: 'onnx' });
      expect(written).toMatchObject({ network: 'head', files: [target], classes: ['blue', 'green', 'red'] });
      const session = await InferenceSession.create(target);
      const { probabilities } = await session.run({ input: new Tensor('float32', new Float32Array(4), [1, 4]) });
      const [blue = 0, , red = 0] = probabilities?.data as Float32Array;
      expect(red / blue).toBeCloseTo(Math.exp(5), 1);
    }));

  it('is refused where it was not kept, and where there is something already', () =>
    withImportedProject(1, async (project) => {
      const { call, projectId, folder } = project;
      await trustFirst(project, 1);
      await trainOnce(project);
      const write = (name: string) => call('export/network', { projectId, target: join(folder, name), format: 'tfjs' });
      await expect(write('new')).rejects.toMatchObject({
        code: 'checkpoint-damaged',
        message: expect.stringContaining('not kept') as string,
      });
      mkdirSync(join(folder, 'old'));
      writeFileSync(join(folder, 'old', 'mine.txt'), 'precious');
      await expect(write('old')).rejects.toMatchObject({ code: 'export-folder-not-empty' });
    }));
});
