import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';
import {
  trainOnce,
  trustFirst,
  withImportedProject,
  writePicture,
  type TestProject,
} from '../../factories/make-services.ts';

async function importAgain({ call, finish, projectId, pictures }: TestProject) {
  const labels = { kind: 'folders' } as const;
  const { jobId } = await call('import/start', { projectId, folder: pictures, labels, update: true });
  await finish('import', jobId);
}

async function findId({ call, projectId }: TestProject, path: string): Promise<SampleId> {
  const { sampleId } = await call('review/find', { projectId, path });
  if (sampleId === null) throw new Error(`There is no ${path}.`);
  return sampleId;
}

describe('suggestions', () => {
  it('fill every class up to the wanted number, classes taking turns', () =>
    withImportedProject(4, async (project) => {
      const { call, projectId, status } = project;
      const first = await findId(project, 'green/00.png');
      await call('decide/apply', { projectId, target: { sampleIds: [first] }, action: { kind: 'trust' } });
      const suggestions = await call('trust/suggest', { projectId, perClass: 2 });
      const [blue, green, red] = status.classes.map(({ classId }) => classId);
      expect(suggestions.map(({ sample }) => sample.givenClassId)).toEqual([blue, green, red, blue, red]);
      expect(new Set(suggestions.map(({ sample }) => sample.id)).size).toBe(5);
      for (const { sample, neighbours, reason } of suggestions) {
        expect(sample.trustedClassId).toBeNull();
        expect(
          neighbours.every(({ givenClassId, id }) => givenClassId === sample.givenClassId && id !== sample.id),
        ).toBe(true);
        expect(reason).toContain(`of 4 images of "`);
      }
      expect(await call('trust/suggest', { projectId, perClass: 2 })).toEqual(suggestions);
    }));

  it('leave out what was skipped, decided, or has the content of a trusted image', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, pictures } = project;
      await writePicture(join(pictures, 'red', 'twin.png'), [200, 20, 20]);
      await importAgain(project);
      const trusted = await findId(project, 'red/00.png');
      const dropped = await findId(project, 'blue/00.png');
      await call('decide/apply', { projectId, target: { sampleIds: [trusted] }, action: { kind: 'trust' } });
      await call('decide/apply', { projectId, target: { sampleIds: [dropped] }, action: { kind: 'drop' } });
      const skip = [await findId(project, 'green/01.png')];
      const suggestions = await call('trust/suggest', { projectId, perClass: 10, skip });
      expect(suggestions.map(({ sample }) => sample.path).toSorted()).toEqual([
        ...['blue/01.png', 'green/00.png', 'red/01.png'],
      ]);
    }));

  it('use embeddings where they are cached', () =>
    withImportedProject(4, async (project) => {
      const { call, projectId } = project;
      await trustFirst(project, 1);
      await trainOnce(project);
      const suggestions = await call('trust/suggest', { projectId, perClass: 2 });
      expect(suggestions).toHaveLength(3);
      expect(suggestions[0]?.reason).toBe('Among the images of "blue", the least like those checked before it.');
    }));

  it('are refused for no number', () =>
    withImportedProject(1, async ({ call, projectId }) => {
      await expect(call('trust/suggest', { projectId, perClass: 0 })).rejects.toMatchObject({ code: 'invalid-value' });
    }));
});

describe('the trusted set', () => {
  it('is listed', () =>
    withImportedProject(2, async (project) => {
      expect(await project.call('trust/list', { projectId: project.projectId })).toEqual([]);
      await trustFirst(project, 1);
      const listed = await project.call('trust/list', { projectId: project.projectId });
      expect(listed.map(({ path }) => path)).toEqual(['blue/00.png', 'green/00.png', 'red/00.png']);
    }));

  it('says how good it is: coverage, contradictions, duplicates, wrong labels', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, pictures, status } = project;
      await writePicture(join(pictures, 'blue', 'twin.png'), [200, 20, 20]);
      await importAgain(project);
      const [blue, green] = status.classes.map(({ classId }) => classId);
      if (!blue || !green) throw new Error('A class is missing.');
      const trust = async (path: string, classId?: typeof blue) =>
        call('decide/apply', {
          projectId,
          target: { sampleIds: [await findId(project, path)] },
          action: classId ? { kind: 'trust', classId } : { kind: 'trust' },
        });
      await trust('red/00.png');
      await trust('blue/twin.png');
      await trust('blue/00.png', green);
      await call('decide/apply', {
        projectId,
        target: { sampleIds: [await findId(project, 'green/00.png')] },
        action: { kind: 'drop' },
      });
      const health = await call('trust/health', { projectId });
      // The picture that was dropped in the review says nothing of the whole set: suspects are no random sample.
      expect(health).toMatchObject({ total: 3, targetPerClass: 3, checked: 3, checkedWrong: 1 });
      expect(health.perClass.map(({ name, trusted, given }) => [name, trusted, given])).toEqual([
        ['blue', 1, 4],
        ['green', 1, 3],
        ['red', 1, 3],
      ]);
      expect(health.wrongShare?.value).toBe(1 / 3);
      const paths = (groups: typeof health.duplicates) => groups.map((group) => group.map(({ path }) => path));
      expect(paths(health.contradictions)).toEqual([['red/00.png', 'blue/twin.png']]);
      expect(paths(health.duplicates)).toEqual([['red/00.png', 'blue/twin.png']]);
      expect(health.advice[0]).toContain('1 image is trusted under two labels');
    }));

  it('without anything asks for the first image of each class', () =>
    withImportedProject(1, async ({ call, projectId }) => {
      const health = await call('trust/health', { projectId });
      expect(health).toMatchObject({ total: 0, checked: 0, wrongShare: null, contradictions: [], duplicates: [] });
      expect(health.advice).toEqual([
        'Check at least one image of "blue", "green", "red": a class without one cannot be judged.',
      ]);
    }));
});
