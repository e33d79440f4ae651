import { describe, expect, it } from 'vitest';
import type { SampleId } from '../../src-main/core/dataset/sample.ts';
import { isTouchstoneError } from '../../src-main/core/errors.ts';
import { makeFoundSample, makeFoundSamples } from '../factories/make-found-sample.ts';
import { addSamples, impatientFiles, withProject } from '../factories/make-project.ts';

describe('upsert', () => {
  it('adds new samples and their classes, numbered in the order of their first appearance', () =>
    withProject(({ samples }) => {
      const found = [makeFoundSample('zebra/1.jpg'), makeFoundSample('ant/1.jpg'), makeFoundSample('zebra/2.jpg')];
      expect(samples.upsert(found)).toEqual({ added: 3, updated: 0, moved: 0 });
      expect(samples.classes()).toEqual([
        { id: 1, name: 'zebra' },
        { id: 2, name: 'ant' },
      ]);
      const ant = makeFoundSample('ant/1.jpg');
      expect(samples.byPath('ant/1.jpg')).toEqual({
        id: 2,
        path: 'ant/1.jpg',
        contentHash: ant.contentHash,
        sizeBytes: ant.sizeBytes,
        modifiedAtMs: ant.modifiedAtMs,
        width: ant.width,
        height: ant.height,
        givenClassId: 2,
        presence: 'present',
      });
    }));

  it('leaves samples alone that are as they were', () =>
    withProject(({ samples }) => {
      samples.upsert(makeFoundSamples(10));
      expect(samples.upsert(makeFoundSamples(10))).toEqual({ added: 0, updated: 0, moved: 0 });
    }));

  it('updates a changed file in place and keeps its id', () =>
    withProject(({ samples }) => {
      samples.upsert([makeFoundSample('ant/1.jpg')]);
      const changes = { contentHash: 'f'.repeat(64), width: 99, givenLabel: 'bee' };
      expect(samples.upsert([makeFoundSample('ant/1.jpg', changes)])).toEqual({ added: 0, updated: 1, moved: 0 });
      expect(samples.byPath('ant/1.jpg')).toMatchObject({
        id: 1,
        contentHash: 'f'.repeat(64),
        width: 99,
        givenClassId: 2,
      });
      expect(samples.count()).toBe(1);
    }));

  it('keeps class names apart that differ in case or white space', () =>
    withProject(({ samples }) => {
      for (const name of ['Ant', 'ant', 'ant ', 'ä', 'a\u0308']) samples.ensureClass(name);
      expect(samples.classes().map(({ name }) => name)).toEqual(['Ant', 'ant', 'ant ', 'ä', 'a\u0308']);
      expect(samples.ensureClass('ant').id).toBe(2);
    }));

  it('takes all of a batch or nothing', () =>
    withProject(({ samples }) => {
      const broken = makeFoundSample('ant/2.jpg', { width: Number.NaN });
      expect(() => samples.upsert([makeFoundSample('ant/1.jpg'), broken])).toThrow();
      expect([samples.count(), samples.classes()]).toEqual([0, []]);
    }));
});

describe('files that moved', () => {
  it('keep their id and verdict', () =>
    withProject(({ samples, verdicts }) => {
      samples.upsert([makeFoundSample('ant/1.jpg'), makeFoundSample('ant/2.jpg')]);
      const moving = samples.byPath('ant/2.jpg')!;
      verdicts.apply('drop', [{ sampleId: moving.id, after: { decision: { kind: 'drop' }, trustedClassId: null } }], 1);
      samples.markGone([moving.id]);
      const found = makeFoundSample('bee/2.jpg', { contentHash: moving.contentHash });
      expect(samples.upsert([found])).toEqual({ added: 0, updated: 0, moved: 1 });
      expect(samples.byId(moving.id)).toMatchObject({ path: 'bee/2.jpg', presence: 'present', givenClassId: 2 });
      expect(verdicts.byId(moving.id).decision).toEqual({ kind: 'drop' });
      expect(samples.byPath('ant/2.jpg')).toBeNull();
    }));

  it('are not confused with a copy of a file that is still there', () =>
    withProject(({ samples }) => {
      samples.upsert([makeFoundSample('ant/1.jpg')]);
      const copy = makeFoundSample('ant/copy.jpg', { contentHash: samples.byPath('ant/1.jpg')!.contentHash });
      expect(samples.upsert([copy])).toEqual({ added: 1, updated: 0, moved: 0 });
    }));

  it('prefer, among several with the same bytes, the one of the same name, then the one with a verdict', () =>
    withProject(({ samples, verdicts }) => {
      const contentHash = 'a'.repeat(64);
      samples.upsert(['old/x.jpg', 'old/y.jpg', 'old/z.jpg'].map((path) => makeFoundSample(path, { contentHash })));
      const [x, y, z] = samples.all();
      verdicts.apply('keep', [{ sampleId: z!.id, after: { decision: { kind: 'keep' }, trustedClassId: null } }], 1);
      samples.markGone([x!.id, y!.id, z!.id]);
      samples.upsert(['new/y.jpg', 'new/other.jpg'].map((path) => makeFoundSample(path, { contentHash })));
      expect(samples.byPath('new/y.jpg')?.id).toBe(y!.id);
      expect(samples.byPath('new/other.jpg')?.id).toBe(z!.id);
      expect(samples.byId(x!.id)?.presence).toBe('gone');
    }));
});

describe('reading', () => {
  it('counts and lists by presence', () =>
    withProject((project) => {
      addSamples(project, 6, 3);
      const { samples } = project;
      samples.markGone([samples.all()[0]!.id]);
      expect([samples.count(), samples.count('present'), samples.count('gone')]).toEqual([6, 5, 1]);
      expect(samples.all('gone').map(({ path }) => path)).toEqual(['class-0/image-0.jpg']);
      expect([...samples.countsByClass()]).toEqual([
        [1, 1],
        [2, 2],
        [3, 2],
      ]);
    }));

  it('goes through the present samples in stretches', () =>
    withProject((project) => {
      addSamples(project, 5, 2);
      const { samples } = project;
      samples.markGone([samples.all()[1]!.id]);
      expect(samples.columns(0, 2)).toEqual({ ids: Uint32Array.of(1, 3), givenClassIds: Uint16Array.of(1, 1) });
      expect(samples.columns(3, 10)).toEqual({ ids: Uint32Array.of(4, 5), givenClassIds: Uint16Array.of(2, 1) });
      expect(samples.paths(1, 2)).toEqual(['class-0/image-2.jpg', 'class-1/image-3.jpg']);
      expect(samples.stretch(1, 2).map(({ id }) => id)).toEqual([2, 3]);
      expect(samples.stretch(1, 2, 'present').map(({ id }) => id)).toEqual([3, 4]);
    }));

  it('finds by ids in the order asked for, and leaves out unknown ones', () =>
    withProject((project) => {
      addSamples(project, 3);
      const [first, , third] = project.samples.all();
      const unknown = 77 as SampleId;
      expect(project.samples.byIds([third!.id, unknown, first!.id]).map(({ id }) => id)).toEqual([3, 1]);
      expect(project.samples.byPath('nowhere.jpg')).toBeNull();
      expect(project.samples.byHash(third!.contentHash).map(({ id }) => id)).toEqual([3]);
    }));

  it('keeps the problems of the last import only, in their order', () =>
    withProject(({ samples }) => {
      samples.replaceProblems([{ path: 'old.jpg', kind: 'empty', reason: 'The file is empty.' }]);
      const problems = [
        { path: 'b,"\n.jpg', kind: 'truncated', reason: 'Ends early.' },
        { path: 'a.jpg', kind: 'duplicate', reason: 'Same bytes as b.' },
      ] as const;
      samples.replaceProblems(problems);
      expect(samples.problems()).toEqual(problems);
    }));
});

describe('the project row', () => {
  it('keeps its source and name across a reopening', () =>
    withProject((project) => {
      expect(project.info).toMatchObject({ name: 'Test project', source: null, isReadOnly: false });
      project.setName('Näme "2"');
      for (const labels of [{ kind: 'folders' }, { kind: 'csv', file: '/data/labels.csv' }] as const) {
        project.setSource({ folder: '/data/images', labels });
        expect(project.info).toMatchObject({ name: 'Näme "2"', source: { folder: '/data/images', labels } });
      }
    }));

  it('is refused a second creation in the same folder', () =>
    withProject((project) => {
      let caught: unknown;
      try {
        impatientFiles.create(project.info.folder, 'Again');
      } catch (error) {
        caught = error;
      }
      expect(isTouchstoneError(caught, 'project-exists')).toBe(true);
      expect(project.info.name).toBe('Test project');
    }));
});
