import { describe, expect, it } from 'vitest';
import type { ReviewFilter } from '../../../src-main/contract/payloads.ts';
import type { ClassId, SampleId } from '../../../src-main/core/dataset/sample.ts';
import { trainOnce, trustFirst, withImportedProject, type TestProject } from '../../factories/make-services.ts';

const list = (filter: ReviewFilter = {}) => ({ by: 'suspicion', filter }) as const;

function ids({ call, projectId }: TestProject, filter: ReviewFilter = {}) {
  return call('review/ids', { projectId, query: list(filter), offset: 0, limit: 1000 });
}

async function decisions({ call, projectId }: TestProject) {
  return (await call('project/status', { projectId })).decisions;
}

describe('an action', () => {
  it('hits exactly the named images, as one entry', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, events } = project;
      const all = await ids(project);
      const named = [all[4], all[1], all[4]].filter((id) => id !== undefined);
      const result = await call('decide/apply', { projectId, target: { sampleIds: named }, action: { kind: 'drop' } });
      expect(result).toMatchObject({ changed: 2, entry: { title: 'Dropped 2 images', changeCount: 2, state: 'done' } });
      expect(result.sampleIds).toEqual([all[4], all[1]]);
      expect(await ids(project, { decisions: ['drop'] })).toEqual([all[1], all[4]]);
      expect(events.at(-1)).toEqual({ name: 'project/changed', payload: { projectId, what: 'verdicts' } });
    }));

  it('on a list hits exactly what the list shows', () =>
    withImportedProject(4, async (project) => {
      const { call, projectId, status } = project;
      await trustFirst(project, 1);
      await trainOnce(project);
      const [blue, green] = status.classes.map(({ classId }) => classId);
      if (!blue || !green) throw new Error('A class is missing.');
      const query = list({ givenClassIds: [blue], trusted: false, text: '0' });
      const shown = await call('review/ids', { projectId, query, offset: 0, limit: 100 });
      expect(shown).toHaveLength(3);
      const result = await call('decide/apply', {
        ...{ projectId, target: { query, expectedCount: 3 }, action: { kind: 'relabel', classId: green } },
      });
      expect(result.entry?.title).toBe('Relabelled 3 images to "green"');
      expect((await ids(project, { decisions: ['relabel'] })).toSorted()).toEqual([...shown].toSorted());
      expect(await decisions(project)).toEqual({ keep: 0, drop: 0, relabel: 3, unsure: 0, both: 0, neither: 0 });
    }));

  it('on a list that has changed since is refused', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId } = project;
      const query = list({ decisions: ['none'] });
      const [first] = await ids(project);
      await call('decide/apply', { projectId, target: { sampleIds: [first as SampleId] }, action: { kind: 'keep' } });
      const late = call('decide/apply', { projectId, target: { query, expectedCount: 6 }, action: { kind: 'drop' } });
      await expect(late).rejects.toMatchObject({ code: 'invalid-value', details: { count: 5, expectedCount: 6 } });
      expect((await decisions(project)).drop).toBe(0);
    }));

  it('that changes nothing leaves no entry', () =>
    withImportedProject(1, async (project) => {
      const { call, projectId } = project;
      const sampleIds = await ids(project);
      const nothing = { entry: null, changed: 0, sampleIds: [] };
      expect(await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'clear' } })).toEqual(
        nothing,
      );
      await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'keep' } });
      expect(await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'keep' } })).toEqual(
        nothing,
      );
      expect(await call('decide/journal', { projectId, limit: 10 })).toHaveLength(1);
    }));

  it('on an unknown image or class changes nothing', () =>
    withImportedProject(1, async (project) => {
      const { call, projectId } = project;
      const all = await ids(project);
      const unknown = { sampleIds: [...all, 999 as SampleId] };
      await expect(
        call('decide/apply', { projectId, target: unknown, action: { kind: 'drop' } }),
      ).rejects.toMatchObject({ code: 'not-found' });
      const relabel = { kind: 'relabel', classId: 99 as ClassId } as const;
      await expect(
        call('decide/apply', { projectId, target: { sampleIds: all }, action: relabel }),
      ).rejects.toMatchObject({ code: 'class-unknown' });
      expect(await decisions(project)).toEqual({ keep: 0, drop: 0, relabel: 0, unsure: 0, both: 0, neither: 0 });
    }));

  it('accepts what the run suggests, and nothing without a run', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId } = project;
      await trustFirst(project, 1);
      const sampleIds = await ids(project);
      const accept = { projectId, target: { sampleIds }, action: { kind: 'accept' } } as const;
      await expect(call('decide/apply', accept)).rejects.toMatchObject({ code: 'run-not-found' });
      await trainOnce(project);
      const { rows } = await call('review/page', { projectId, query: list(), offset: 0, limit: 100 });
      await call('decide/apply', accept);
      const after = await call('review/page', { projectId, query: list(), offset: 0, limit: 100 });
      for (const [index, { givenClassId, suggestedClassId }] of rows.entries()) {
        const isSame = givenClassId === suggestedClassId;
        expect(after.rows[index]).toMatchObject({
          ...{ decision: isSame ? 'keep' : 'relabel', correctedClassId: isSame ? null : suggestedClassId },
        });
      }
    }));
});

describe('many different verdicts', () => {
  it('are one entry; of several on one image each builds on the one before', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, status } = project;
      const [first, second] = await ids(project);
      const green = status.classes[1]?.classId;
      if (!first || !second || !green) throw new Error('The project is too small.');
      const result = await call('decide/apply-many', {
        projectId,
        title: 'decisions.csv',
        items: [
          { sampleId: first, action: { kind: 'relabel', classId: green } },
          { sampleId: second, action: { kind: 'keep' } },
          { sampleId: first, action: { kind: 'trust' } },
        ],
      });
      expect(result).toMatchObject({ changed: 2, entry: { title: 'decisions.csv' } });
      const { sample } = await call('review/sample', { projectId, sampleId: first });
      expect(sample).toMatchObject({ decision: 'relabel', correctedClassId: green, trustedClassId: green });
      await call('decide/undo', { projectId });
      expect((await call('review/sample', { projectId, sampleId: first })).sample.decision).toBeNull();
    }));
});

describe('undo and redo', () => {
  it('go back and forth, and are told in the status', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId } = project;
      const sampleIds = await ids(project);
      await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'keep' } });
      await call('decide/apply', { projectId, target: { sampleIds: sampleIds.slice(0, 2) }, action: { kind: 'drop' } });
      const undone = await call('decide/undo', { projectId });
      expect(undone).toMatchObject({ changed: 2, sampleIds: sampleIds.slice(0, 2), entry: { state: 'undone' } });
      expect(await decisions(project)).toMatchObject({ keep: 6, drop: 0 });
      const status = await call('project/status', { projectId });
      expect(status).toMatchObject({ undo: { title: 'Kept 6 images' }, redo: { title: 'Dropped 2 images' } });
      await call('decide/undo', { projectId });
      expect((await call('decide/undo', { projectId })).entry).toBeNull();
      await call('decide/redo', { projectId });
      await call('decide/redo', { projectId });
      expect((await call('decide/redo', { projectId })).entry).toBeNull();
      expect(await decisions(project)).toMatchObject({ keep: 4, drop: 2 });
      const journal = await call('decide/journal', { projectId, limit: 10 });
      expect(journal.map(({ title, state }) => [title, state])).toEqual([
        ['Dropped 2 images', 'done'],
        ['Kept 6 images', 'done'],
      ]);
    }));
});

describe('a class', () => {
  it('is found or made by its name', () =>
    withImportedProject(1, async ({ call, projectId, status }) => {
      const known = await call('decide/ensure-class', { projectId, name: 'green' });
      expect(known.classId).toBe(status.classes[1]?.classId);
      const made = await call('decide/ensure-class', { projectId, name: 'violet' });
      const after = await call('project/status', { projectId });
      expect(after.classes.at(-1)).toMatchObject({ classId: made.classId, name: 'violet', given: 0 });
      await expect(call('decide/ensure-class', { projectId, name: ' ' })).rejects.toMatchObject({
        code: 'invalid-value',
      });
    }));
});
