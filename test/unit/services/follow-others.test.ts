import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRunScores } from '../../factories/make-signals.ts';
import {
  startHost,
  trainOnce,
  trustFirst,
  withImportedProject,
  writePicture,
  type TestHost,
  type TestProject,
} from '../../factories/make-services.ts';

const everything = { by: 'suspicion', filter: {} } as const;
const dropped = { by: 'suspicion', filter: { decisions: ['drop'] } } as const;

/** A second process on the same project: its own connection to the file, its own views. */
async function withSecondHost(project: TestProject, work: (other: TestHost) => Promise<void>): Promise<void> {
  const other = startHost(join(project.folder, 'other'));
  try {
    await other.call('project/open', { folder: project.status.folder });
    await work(other);
  } finally {
    await other.services.close();
  }
}

function listIn(
  { call }: Pick<TestHost, 'call'>,
  { projectId }: TestProject,
  query: typeof everything | typeof dropped,
) {
  return call('review/ids', { projectId, query, offset: 0, limit: 100 });
}

describe('two processes on one project', () => {
  it('see what the other decided, takes back and does again, in lists that they had loaded', () =>
    withImportedProject(3, (project) =>
      withSecondHost(project, async (other) => {
        const { projectId } = project;
        const [first, second] = await listIn(other, project, everything);
        if (!first || !second) throw new Error('An image is missing.');
        expect(await listIn(other, project, dropped)).toEqual([]);
        const target = { sampleIds: [first, second] };
        await project.call('decide/apply', { projectId, target, action: { kind: 'drop' } });
        expect(await listIn(other, project, dropped)).toEqual([first, second]);
        expect(other.events.at(-1)).toEqual({ name: 'project/changed', payload: { projectId, what: 'verdicts' } });
        await other.call('decide/undo', { projectId });
        expect(await listIn(project, project, dropped)).toEqual([]);
        await project.call('decide/redo', { projectId });
        expect((await other.call('project/status', { projectId })).decisions.drop).toBe(2);
      }),
    ));

  it('end with the same verdicts when both decide on the same image', () =>
    withImportedProject(2, (project) =>
      withSecondHost(project, async (other) => {
        const { projectId } = project;
        const [id] = await listIn(project, project, everything);
        if (!id) throw new Error('An image is missing.');
        await listIn(other, project, everything);
        const target = { sampleIds: [id] };
        await project.call('decide/apply', { projectId, target, action: { kind: 'drop' } });
        await other.call('decide/apply', { projectId, target, action: { kind: 'keep' } });
        for (const host of [project, other]) expect(await listIn(host, project, dropped)).toEqual([]);
        await project.call('decide/undo', { projectId });
        for (const host of [project, other]) expect(await listIn(host, project, dropped)).toEqual([id]);
      }),
    ));

  it('see images that the other imported', () =>
    withImportedProject(2, (project) =>
      withSecondHost(project, async (other) => {
        const { projectId, pictures } = project;
        expect(await listIn(other, project, everything)).toHaveLength(6);
        await writePicture(join(pictures, 'red', 'new.png'), [1, 2, 3]);
        const labels = { kind: 'folders' } as const;
        const { jobId } = await project.call('import/start', { projectId, folder: pictures, labels, update: true });
        await project.finish('import', jobId);
        expect(await listIn(other, project, everything)).toHaveLength(7);
        expect(other.events).toContainEqual({ name: 'project/changed', payload: { projectId, what: 'samples' } });
        expect(await other.call('import/report', { projectId })).toMatchObject({ added: 1, unchanged: 6 });
      }),
    ));

  it('tell pages that only listen', () =>
    withImportedProject(2, (project) =>
      withSecondHost(project, async (other) => {
        const { projectId } = project;
        const [id] = await listIn(other, project, everything);
        if (!id) throw new Error('An image is missing.');
        const heard = new Promise((resolve) => other.services.events.subscribe(resolve));
        await project.call('decide/apply', { projectId, target: { sampleIds: [id] }, action: { kind: 'keep' } });
        expect(await heard).toEqual({ name: 'project/changed', payload: { projectId, what: 'verdicts' } });
      }),
    ));
});

describe("a run's estimate of wrong labels", () => {
  it('reaches the summary of a list and the noise matrix', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, runner } = project;
      await trustFirst(project, 1);
      runner.script = {
        scores: ({ sampleCount, classCount, trusted }) => {
          const errorProbability = new Float32Array(sampleCount).fill(0.25);
          for (const sample of trusted) errorProbability[sample] = Number.NaN;
          const transition = Float64Array.from({ length: classCount ** 2 }, (_, pair) => pair / 100);
          const expectedCounts = Float64Array.from({ length: classCount ** 2 }, (_, pair) => pair);
          const noise = { errorCount: 1.5, transition, expectedCounts };
          return { ...makeRunScores(sampleCount, classCount), errorProbability, noise };
        },
      };
      const { runId } = await trainOnce(project);
      expect(await call('review/summary', { projectId, query: everything })).toMatchObject({ estimatedErrors: 1.5 });
      const matrix = await call('review/noise-matrix', { projectId });
      expect(matrix).toEqual({
        ...{ runId, classIds: project.status.classes.map(({ classId }) => classId), estimatedErrors: 1.5 },
        probabilities: [
          [0, 0.01, 0.02],
          [0.03, 0.04, 0.05],
          [0.06, 0.07, 0.08],
        ],
        expectedCounts: [
          [0, 1, 2],
          [3, 4, 5],
          [6, 7, 8],
        ],
      });
    }));

  it('is missing where the ranking gives none, and without a run', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId } = project;
      expect(await call('review/noise-matrix', { projectId })).toBeNull();
      await trustFirst(project, 1);
      await trainOnce(project);
      expect(await call('review/noise-matrix', { projectId })).toBeNull();
      expect(await call('review/summary', { projectId, query: everything })).toMatchObject({ estimatedErrors: null });
    }));
});
