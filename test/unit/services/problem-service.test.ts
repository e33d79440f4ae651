import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProblemKind } from '../../../src-main/core/dataset/sample.ts';
import { withHost, type TestHost } from '../../factories/make-services.ts';
import { sceneOf, writeImage, writeOddPictures } from '../../factories/odd-pictures.ts';

type ProjectId = Parameters<TestHost['services']['methods']['project/status']>[0]['projectId'];

async function withPictures(
  write: (folder: string) => Promise<void>,
  work: (host: TestHost, projectId: ProjectId, pictures: string) => Promise<void>,
): Promise<void> {
  await withHost(async (host, folder) => {
    const pictures = join(folder, 'pictures');
    await write(pictures);
    const { projectId } = await host.call('project/create', { folder: join(folder, 'project'), name: 'Odd' });
    const { jobId } = await host.call('import/start', { projectId, folder: pictures, labels: { kind: 'folders' } });
    await host.finish('import', jobId);
    await work(host, projectId, pictures);
  });
}

async function check({ call, finish }: TestHost, projectId: ProjectId) {
  const { jobId } = await call('problems/check', { projectId });
  return finish('problem-check', jobId);
}

async function pathsOf({ call }: TestHost, projectId: ProjectId, kind: ProblemKind) {
  const { rows } = await call('problems/list', { projectId, kinds: [kind], offset: 0, limit: 50 });
  return rows.map(({ sample, other }) => (other ? `${sample.path} ~ ${other.path}` : sample.path)).sort();
}

describe('the check of the images', () => {
  it('finds one of each kind, and says why', () =>
    withPictures(
      (folder) => writeOddPictures(folder, 16),
      async (host, projectId) => {
        const { call } = host;
        expect(await call('problems/summary', { projectId })).toMatchObject({ checkedAtMs: null, counts: {} });
        const summary = await check(host, projectId);
        expect(summary).toMatchObject({ images: 23, hadVectors: false, isCurrent: true, leftOut: [] });
        expect(summary.counts).toEqual({
          ...{ 'near-duplicate': 2, 'near-duplicate-other-label': 2 },
          ...{ blurred: 1, dark: 1, bright: 1, 'odd-aspect': 1, 'low-information': 1 },
        });
        expect(await pathsOf(host, projectId, 'near-duplicate')).toEqual([
          'left/scene-0.png ~ left/smaller.png',
          'left/smaller.png ~ left/scene-0.png',
        ]);
        expect(await pathsOf(host, projectId, 'near-duplicate-other-label')).toEqual([
          'left/scene-2.png ~ right/twin.png',
          'right/twin.png ~ left/scene-2.png',
        ]);
        for (const kind of ['blurred', 'dark', 'bright'] as const) {
          expect(await pathsOf(host, projectId, kind)).toEqual([`left/${kind}.png`]);
        }
        expect(await pathsOf(host, projectId, 'odd-aspect')).toEqual(['left/wide.png']);
        expect(await pathsOf(host, projectId, 'low-information')).toEqual(['left/plain.png']);
      },
    ));

  it('filters the list, and shows beside each image what is the matter', () =>
    withPictures(
      (folder) => writeOddPictures(folder, 8),
      async (host, projectId) => {
        const { call } = host;
        const query = { by: 'suspicion', filter: { problemKinds: ['blurred', 'dark'] } } as const;
        const before = await call('review/page', { projectId, query, offset: 0, limit: 10 });
        expect(before.total).toBe(0);
        await check(host, projectId);
        const { rows } = await call('review/page', { projectId, query, offset: 0, limit: 10 });
        expect(rows.map(({ path }) => path).sort()).toEqual(['left/blurred.png', 'left/dark.png']);
        const [dark] = rows.filter(({ path }) => path.includes('dark'));
        const detail = await call('review/sample', { projectId, sampleId: dark?.id ?? (0 as never) });
        expect(detail.problems).toHaveLength(1);
        expect(detail.problems[0]?.reason).toMatch(/^Very dark: 95 % of it is below \d+ %/);
      },
    ));

  it('marks what is like a trusted image, and takes the trusted label for the true one', () =>
    withPictures(
      (folder) => writeOddPictures(folder, 6),
      async (host, projectId) => {
        const { call } = host;
        const { sampleId } = await call('review/find', { projectId, path: 'left/scene-2.png' });
        const { classes } = await call('project/status', { projectId });
        const right = classes.find(({ name }) => name === 'right');
        if (sampleId === null || !right) throw new Error('The scene is missing.');
        const action = { kind: 'trust', classId: right.classId } as const;
        await call('decide/apply', { projectId, target: { sampleIds: [sampleId] }, action });
        await check(host, projectId);
        expect(await pathsOf(host, projectId, 'near-duplicate-of-trusted')).toEqual([
          'right/twin.png ~ left/scene-2.png',
        ]);
        expect(await pathsOf(host, projectId, 'near-duplicate-other-label')).toEqual([]);
      },
    ));

  it('leaves out a kind that most images have, and says so', () =>
    withPictures(
      async (folder) => {
        for (let seed = 0; seed < 6; seed++)
          await writeImage(folder, `night/${seed}.png`, sceneOf(seed).linear(0.15, 0));
      },
      async (host, projectId) => {
        const summary = await check(host, projectId);
        expect(summary).toMatchObject({ leftOut: ['dark'] });
        expect(summary.counts.dark).toBe(undefined);
      },
    ));

  it('keeps what it found over a restart, and knows when the images are others', () =>
    withPictures(
      (folder) => writeOddPictures(folder, 4),
      async (host, projectId, pictures) => {
        await check(host, projectId);
        const { folder } = await host.call('project/status', { projectId });
        await host.call('project/close', { projectId });
        await host.call('project/open', { folder });
        expect(await host.call('problems/summary', { projectId })).toMatchObject({
          isCurrent: true,
          counts: { dark: 1 },
        });
        await writeImage(pictures, 'left/new.png', sceneOf(99));
        const labels = { kind: 'folders' } as const;
        const { jobId } = await host.call('import/start', { projectId, folder: pictures, labels, update: true });
        await host.finish('import', jobId);
        expect(await host.call('problems/summary', { projectId })).toMatchObject({
          isCurrent: false,
          counts: { dark: 1 },
        });
      },
    ));

  it('leaves the old findings where it was stopped', () =>
    withPictures(
      (folder) => writeOddPictures(folder, 8),
      async (host, projectId) => {
        const before = await check(host, projectId);
        const { jobId } = await host.call('problems/check', { projectId });
        await host.call('job/cancel', { jobId });
        expect(await host.wait(jobId)).toMatchObject({ status: 'cancelled' });
        expect(await host.call('problems/summary', { projectId })).toEqual(before);
      },
    ));

  it('refuses an empty project', () =>
    withHost(async ({ call }, folder) => {
      const { projectId } = await call('project/create', { folder: join(folder, 'project') });
      await expect(call('problems/check', { projectId })).rejects.toMatchObject({ code: 'dataset-empty' });
    }));
});
