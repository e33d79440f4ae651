import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startHost, withHost, withImportedProject } from '../../factories/make-services.ts';

describe('projects', () => {
  it('are made, closed and opened again under the same id', () =>
    withHost(async ({ call }, folder) => {
      const made = await call('project/create', { folder: join(folder, 'birds') });
      expect(made).toMatchObject({ name: 'birds', isReadOnly: false, source: null, undo: null, redo: null });
      expect(made.samples).toEqual({ present: 0, gone: 0 });
      await call('project/close', { projectId: made.projectId });
      await expect(call('project/status', { projectId: made.projectId })).rejects.toMatchObject({
        code: 'project-not-found',
      });
      const opened = await call('project/open', { folder: join(folder, 'birds') });
      expect(opened.projectId).toBe(made.projectId);
    }));

  it('that are open already are not opened twice', () =>
    withImportedProject(2, async ({ call, status, folder }) => {
      const again = await call('project/open', { folder: join(folder, 'project', '.') });
      expect(again.projectId).toBe(status.projectId);
      expect(again.samples.present).toBe(6);
    }));

  it('refuse a folder that holds one already, and one that holds none', () =>
    withHost(async ({ call }, folder) => {
      await call('project/create', { folder: join(folder, 'a') });
      await expect(call('project/create', { folder: join(folder, 'a') })).rejects.toMatchObject({
        code: 'project-exists',
      });
      await expect(call('project/open', { folder: join(folder, 'b') })).rejects.toMatchObject({
        code: 'project-not-found',
      });
    }));

  it('are remembered, newest first, until they are forgotten', () =>
    withHost(async ({ call }, folder) => {
      const [a, b] = [join(folder, 'a'), join(folder, 'b')];
      await call('project/create', { folder: a });
      const { projectId } = await call('project/create', { folder: b, name: 'Second' });
      await call('project/open', { folder: a });
      await call('project/close', { projectId });
      rmSync(b, { recursive: true });
      const recent = await call('project/list-recent', {});
      expect(recent.map(({ folder: path, isPresent }) => [path, isPresent])).toEqual([
        [a, true],
        [b, false],
      ]);
      await call('project/forget-recent', { folder: b });
      expect(await call('project/list-recent', {})).toHaveLength(1);
    }));

  it('say how they stand', () =>
    withImportedProject(3, async ({ call, projectId, status }) => {
      const [blue] = status.classes;
      const sampleIds = await call('review/ids', {
        projectId,
        query: { by: 'suspicion', filter: {} },
        offset: 0,
        limit: 2,
      });
      await call('decide/apply', { projectId, target: { sampleIds: sampleIds.slice(0, 1) }, action: { kind: 'drop' } });
      await call('decide/apply', { projectId, target: { sampleIds: sampleIds.slice(1) }, action: { kind: 'trust' } });
      const changed = await call('project/status', { projectId });
      expect(changed.classes[0]).toEqual({
        ...{
          classId: blue?.classId,
          name: 'blue',
          given: 3,
          trusted: 1,
          kept: 0,
          relabelled: 0,
          dropped: 1,
          unsure: 0,
        },
      });
      expect(changed.trusted).toEqual({ total: 1, smallestPerClass: 0, targetPerClass: 3 });
      expect(changed.decisions).toEqual({ keep: 0, drop: 1, relabel: 0, unsure: 0, both: 0, neither: 0 });
      expect(changed.undo).toEqual({ title: 'Trusted 1 image' });
    }));

  it('give back the space of their cache', () =>
    withImportedProject(1, async ({ call, projectId, folder }) => {
      const cache = join(folder, 'project', 'cache');
      mkdirSync(cache, { recursive: true });
      writeFileSync(join(cache, 'some.bin'), new Uint8Array(1000));
      expect((await call('project/status', { projectId })).cacheBytes).toBe(1000);
      expect(await call('project/delete-cache', { projectId })).toEqual({ bytesFreed: 1000 });
      expect(existsSync(join(cache, 'some.bin'))).toBe(false);
    }));

  it('are made with the example in one step', () =>
    withHost(async ({ call, finish }, folder) => {
      const { jobId } = await call('project/create-example', {});
      const status = await finish('example', jobId);
      expect(status).toMatchObject({ name: 'Example', samples: { present: 12, gone: 0 } });
      expect(status.folder).toBe(join(folder, 'projects', 'Example', 'project'));
      const second = await call('project/create-example', {});
      expect((await finish('example', second.jobId)).folder).toBe(join(folder, 'projects', 'Example 2', 'project'));
    }));

  it('keep undo across a restart', () =>
    withImportedProject(2, async ({ call, projectId, services, folder }) => {
      const query = { by: 'suspicion', filter: {} } as const;
      await call('decide/apply', { projectId, target: { query, expectedCount: 6 }, action: { kind: 'drop' } });
      await services.close();
      const restarted = startHost(folder);
      try {
        const status = await restarted.call('project/open', { folder: join(folder, 'project') });
        expect(status).toMatchObject({ undo: { title: 'Dropped 6 images' }, decisions: { drop: 6 } });
        const undone = await restarted.call('decide/undo', { projectId: status.projectId });
        expect(undone.changed).toBe(6);
        expect((await restarted.call('project/status', { projectId: status.projectId })).decisions.drop).toBe(0);
      } finally {
        await restarted.services.close();
      }
    }));
});

describe('the app', () => {
  it('says what it is, lists folders, and remembers preferences', () =>
    withHost(async ({ call }, folder) => {
      expect(await call('app/info', {})).toMatchObject({ version: '9.9.9' });
      expect((await call('app/list-folder', {})).folder).toBe(folder);
      expect(await call('app/get-preference', { name: 'theme' })).toEqual({ value: null });
      await call('app/set-preference', { name: 'theme', value: 'dark' });
      expect(await call('app/get-preference', { name: 'theme' })).toEqual({ value: 'dark' });
    }));
});
