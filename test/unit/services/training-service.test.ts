import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import { createInlineRunner } from '../../../src-main/training/inline-runner.ts';
import {
  startHost,
  trainOnce,
  trustFirst,
  withHost,
  withImportedProject,
  writeDataset,
  type TestProject,
} from '../../factories/make-services.ts';

const everything = { by: 'suspicion', filter: {} } as const;

function allIds({ call, projectId }: TestProject) {
  return call('review/ids', { projectId, query: everything, offset: 0, limit: 1000 });
}

describe('a training', () => {
  it('trains on trusted, corrected and given labels, without what was dropped', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, runner, status } = project;
      await trustFirst(project, 1);
      const ids = await allIds(project);
      const [blue, green, red] = status.classes.map(({ classId }) => classId);
      if (!blue || !green || !red) throw new Error('A class is missing.');
      // Ids in the order of the import: blue 0-2, green 3-5, red 6-8; the first of each is trusted.
      const one = (index: number) => ({ sampleIds: ids.slice(index, index + 1) });
      await call('decide/apply', { projectId, target: one(1), action: { kind: 'drop' } });
      await call('decide/apply', { projectId, target: one(2), action: { kind: 'relabel', classId: red } });
      await call('decide/apply', { projectId, target: one(4), action: { kind: 'trust', classId: blue } });
      const { detail } = await trainOnce(project);
      const [job] = runner.jobs;
      expect([...(job?.labels ?? [])]).toEqual([0, 2, 1, 0, 1, 2, 2, 2]);
      expect([...(job?.trusted ?? [])]).toEqual([0, 2, 3, 5]);
      expect(job).toMatchObject({ classCount: 3, sampleCount: 8, checkpoint: null });
      expect(detail).toMatchObject({ status: 'finished', epochsDone: 2, trustedCount: 4, failure: null });
      expect(detail.versions).toMatchObject({ touchstone: '9.9.9', engine: 'scripted', backbone: 'fake' });
      expect(detail.epochs).toHaveLength(2);
    }));

  it('trains on an image of both classes under its given label, and leaves out one of neither', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, runner, status } = project;
      await trustFirst(project, 1);
      const ids = await allIds(project);
      const green = status.classes[1]?.classId;
      if (!green) throw new Error('A class is missing.');
      const one = (index: number) => ({ sampleIds: ids.slice(index, index + 1) });
      await call('decide/apply', { projectId, target: one(1), action: { kind: 'both', classId: green } });
      await call('decide/apply', { projectId, target: one(2), action: { kind: 'neither' } });
      await trainOnce(project);
      expect([...(runner.jobs[0]?.labels ?? [])]).toEqual([0, 0, 1, 1, 1, 2, 2, 2]);
    }));

  it('needs a trusted image of every class, and names those that have none', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId } = project;
      const start = call('train/start', { projectId, settings: {} });
      await expect(start).rejects.toMatchObject({
        code: 'trusted-set-too-small',
        details: { classes: ['blue', 'green', 'red'] },
      });
      const ids = await allIds(project);
      await call('decide/apply', { projectId, target: { sampleIds: ids.slice(0, 1) }, action: { kind: 'trust' } });
      await expect(call('train/start', { projectId, settings: {} })).rejects.toMatchObject({
        details: { classes: ['green', 'red'] },
      });
      const plain = await call('train/start', { projectId, settings: { method: 'uniform', epochs: 1 } });
      expect((await project.finish('training', plain.jobId)).status).toBe('finished');
    }));

  it('needs two classes, images, and settings that make sense', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, status } = project;
      await trustFirst(project, 1);
      await expect(call('train/start', { projectId, settings: { epochs: 0 } })).rejects.toMatchObject({
        code: 'invalid-value',
      });
      const [, ...others] = status.classes.map(({ classId }) => classId);
      const query = { by: 'suspicion', filter: { givenClassIds: others } } as const;
      await call('decide/apply', { projectId, target: { query, expectedCount: 4 }, action: { kind: 'drop' } });
      await expect(call('train/start', { projectId, settings: {} })).rejects.toMatchObject({ code: 'classes-too-few' });
      const empty = await call('project/create', { folder: join(project.folder, 'empty') });
      await expect(call('train/start', { projectId: empty.projectId, settings: {} })).rejects.toMatchObject({
        code: 'dataset-empty',
      });
    }));

  it('is alone in its project, over all processes', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, runner, folder, finish } = project;
      await trustFirst(project, 1);
      const gate = Promise.withResolvers<void>();
      runner.script = { beforeEpoch: () => gate.promise };
      const start = { projectId, settings: { epochs: 1 } };
      const [first, second] = await Promise.allSettled([call('train/start', start), call('train/start', start)]);
      expect(second).toMatchObject({ status: 'rejected', reason: { code: 'run-in-progress' } });
      const other = startHost(folder);
      try {
        const opened = await other.call('project/open', { folder: join(folder, 'project') });
        expect(opened.runs.latest?.status).toBe('running');
        await expect(other.call('train/start', start)).rejects.toMatchObject({ code: 'run-in-progress' });
      } finally {
        await other.services.close();
      }
      gate.resolve();
      if (first.status === 'rejected') throw new Error('The first training did not start.');
      expect((await finish('training', first.value.jobId)).status).toBe('finished');
    }));

  it('writes a checkpoint per epoch, keeps only the newest, and none at the end', () =>
    withImportedProject(2, async (project) => {
      const { runner, folder } = project;
      await trustFirst(project, 1);
      const checkpoints = join(folder, 'project', 'checkpoints');
      const seen: string[][] = [];
      runner.script = { beforeEpoch: () => void seen.push(existsSync(checkpoints) ? readdirSync(checkpoints) : []) };
      await trainOnce(project, { epochs: 3 });
      expect(seen).toEqual([[], ['run-1-epoch-0.ckpt'], ['run-1-epoch-1.ckpt']]);
      expect(readdirSync(checkpoints)).toEqual([]);
    }));

  it('is paused, resumed and shown as such', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, runner, finish, events } = project;
      await trustFirst(project, 1);
      const reached = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      runner.script = {
        beforeEpoch: (epochIndex) => {
          if (epochIndex !== 1) return;
          reached.resolve();
          return gate.promise;
        },
      };
      const { jobId, runId } = await call('train/start', { projectId, settings: { epochs: 2 } });
      await reached.promise;
      await call('job/pause', { jobId });
      expect((await call('train/get-run', { projectId, runId })).status).toBe('paused');
      expect((await call('job/get', { jobId })).training).toMatchObject({ isPaused: true, runId, epochCount: 2 });
      await call('job/resume', { jobId });
      expect((await call('train/get-run', { projectId, runId })).status).toBe('running');
      gate.resolve();
      await finish('training', jobId);
      expect(runner.calls).toEqual(['pause', 'resume']);
      expect(events).toContainEqual({ name: 'project/changed', payload: { projectId, what: 'runs' } });
    }));

  it('that fails says why', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, runner, wait } = project;
      await trustFirst(project, 1);
      runner.script = {
        beforeEpoch: () => {
          throw new TouchstoneError('loss-not-finite', 'The loss became NaN in epoch 1. Lower the learning rate.');
        },
      };
      const { jobId, runId } = await call('train/start', { projectId, settings: {} });
      expect(await wait(jobId)).toMatchObject({ status: 'failed', error: { code: 'loss-not-finite' } });
      expect(await call('train/get-run', { projectId, runId })).toMatchObject({
        status: 'failed',
        failure: 'The loss became NaN in epoch 1. Lower the learning rate.',
      });
    }));

  it('that fails late keeps its last checkpoint, and can go on from there', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, runner, wait, finish } = project;
      await trustFirst(project, 1);
      runner.script = {
        beforeEpoch: (epochIndex) => {
          if (epochIndex === 1) throw new TouchstoneError('loss-not-finite', 'The loss became NaN in epoch 2.');
        },
      };
      const { jobId, runId } = await call('train/start', { projectId, settings: { epochs: 2 } });
      await wait(jobId);
      expect(await call('train/get-run', { projectId, runId })).toMatchObject({ status: 'failed', epochsDone: 1 });
      runner.script = {};
      const resumed = await call('train/resume', { projectId, runId });
      expect(await finish('training', resumed.jobId)).toMatchObject({ runId, epochsDone: 2, status: 'finished' });
      expect([...(runner.jobs.at(-1)?.checkpoint ?? [])]).toEqual([1]);
    }));

  it('really trains, with the real loop', () =>
    withHost(
      async (host, folder) => {
        const pictures = join(folder, 'pictures');
        await writeDataset(pictures, 6);
        const { projectId } = await host.call('project/create', { folder: join(folder, 'project') });
        const { jobId } = await host.call('import/start', { projectId, folder: pictures, labels: { kind: 'folders' } });
        await host.finish('import', jobId);
        const status = await host.call('project/status', { projectId });
        const project = { ...host, folder, pictures, status, projectId };
        await trustFirst(project, 2);
        const { runId } = await trainOnce(project, { engine: 'cpu', epochs: 2 });
        const page = await host.call('review/page', {
          projectId,
          query: { ...everything, runId },
          offset: 0,
          limit: 50,
        });
        expect(page.rows.map(({ rankPosition }) => rankPosition)).toEqual([
          ...Array.from({ length: 12 }, (_, index) => index + 1),
          ...new Array<null>(6).fill(null),
        ]);
      },
      { runner: createInlineRunner() },
    ));
});

describe('a run that was cut short', () => {
  async function cutShort(project: TestProject, afterEpochs: number) {
    const { call, projectId, runner, wait } = project;
    await trustFirst(project, 1);
    const jobs: { cancel?: () => void } = {};
    runner.script = { beforeEpoch: (epochIndex) => void (epochIndex === afterEpochs && jobs.cancel?.()) };
    const { jobId, runId } = await call('train/start', { projectId, settings: { epochs: 4 } });
    jobs.cancel = () => void call('job/cancel', { jobId });
    expect((await wait(jobId)).status).toBe('cancelled');
    expect((await call('train/get-run', { projectId, runId })).status).toBe('cancelled');
    runner.script = {};
    return runId;
  }

  it('goes on from its checkpoint with the samples and labels that it began with', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, runner, finish } = project;
      const runId = await cutShort(project, 2);
      const ids = await allIds(project);
      await call('decide/apply', { projectId, target: { sampleIds: ids.slice(1, 3) }, action: { kind: 'drop' } });
      await call('decide/apply', { projectId, target: { sampleIds: ids.slice(4, 5) }, action: { kind: 'trust' } });
      const resumed = await call('train/resume', { projectId });
      expect(resumed.runId).toBe(runId);
      const detail = await finish('training', resumed.jobId);
      const [before, after] = runner.jobs;
      expect(after).toEqual({ ...before, checkpoint: expect.anything() as unknown });
      expect([...(after?.checkpoint ?? [])]).toEqual([2]);
      expect(detail).toMatchObject({ status: 'finished', epochsDone: 4 });
      expect(detail.epochs.map(({ epochIndex }) => epochIndex)).toEqual([0, 1, 2, 3]);
    }));

  it('starts over where it had not finished an epoch', () =>
    withImportedProject(2, async (project) => {
      await cutShort(project, 0);
      const { jobId } = await project.call('train/resume', { projectId: project.projectId });
      expect((await project.finish('training', jobId)).epochsDone).toBe(4);
      expect(project.runner.jobs[1]?.checkpoint).toBeNull();
    }));

  it('is found interrupted when its process is gone', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, services, folder } = project;
      const runId = await cutShort(project, 1);
      await services.close();
      // As a killed process leaves it: marked as running, with nobody holding the lock.
      const { SqliteProjectFiles } = await import('../../../src-main/storage/project-files.ts');
      const stores = new SqliteProjectFiles().open(join(folder, 'project'));
      stores.runs.setStatus(runId, 'running', 1);
      stores.close();
      const restarted = startHost(folder);
      try {
        const status = await restarted.call('project/open', { folder: join(folder, 'project') });
        expect(status.runs.latest).toMatchObject({ status: 'interrupted', epochsDone: 1 });
        const resumed = await restarted.call('train/resume', { projectId, runId });
        expect((await restarted.finish('training', resumed.jobId)).status).toBe('finished');
      } finally {
        await restarted.services.close();
      }
      await expect(call('project/status', { projectId })).rejects.toMatchObject({ code: 'project-not-found' });
    }));

  it('does not go on without its images', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId, pictures, wait, finish } = project;
      await cutShort(project, 1);
      rmSync(join(pictures, 'red', '01.png'));
      const { jobId } = await call('import/start', {
        ...{ projectId, folder: pictures, labels: { kind: 'folders' }, update: true },
      });
      await finish('import', jobId);
      const resumed = await call('train/resume', { projectId });
      expect(await wait(resumed.jobId)).toMatchObject({ status: 'failed', error: { code: 'run-not-resumable' } });
    }));

  it('does not go on without its checkpoint', () =>
    withImportedProject(2, async (project) => {
      await cutShort(project, 1);
      rmSync(join(project.folder, 'project', 'checkpoints'), { recursive: true });
      const resumed = await project.call('train/resume', { projectId: project.projectId });
      expect((await project.wait(resumed.jobId)).error?.code).toBe('checkpoint-damaged');
    }));
});

describe('runs', () => {
  it('are listed, newest first, and only unfinished ones go on', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId } = project;
      await trustFirst(project, 1);
      await expect(call('train/resume', { projectId })).rejects.toMatchObject({ code: 'run-not-resumable' });
      const first = await trainOnce(project);
      const second = await trainOnce(project, { seed: 2 });
      const runs = await call('train/list-runs', { projectId });
      expect(runs.map(({ runId, settings }) => [runId, settings.seed])).toEqual([
        [second.runId, 2],
        [first.runId, 1],
      ]);
      await expect(call('train/resume', { projectId, runId: first.runId })).rejects.toMatchObject({
        code: 'run-not-resumable',
      });
      await expect(call('train/get-run', { projectId, runId: 99 as never })).rejects.toMatchObject({
        code: 'run-not-found',
      });
    }));

  it('give the defaults, a time, and what is missing', () =>
    withImportedProject(2, async (project) => {
      const { call, projectId } = project;
      const before = await call('train/defaults', { projectId });
      expect(before.settings).toMatchObject({ network: 'head', weighting: 'cosine' });
      expect(before.estimatedSeconds).toBeGreaterThan(0);
      expect(before.warnings[0]).toContain('"blue", "green", "red"');
      expect((await call('train/defaults', { projectId, network: 'lenet' })).estimatedSeconds).toBeNull();
      await trustFirst(project, 1);
      await trainOnce(project);
      const after = await call('train/defaults', { projectId });
      expect(after.estimatedSeconds).toBeCloseTo((6 * after.settings.epochs) / 900);
      expect(after.warnings).toEqual(['3 classes have fewer than 3 trusted images. More make the ranking better.']);
      await trustFirst(project, 2);
      expect((await call('train/defaults', { projectId })).warnings).toEqual([]);
    }));
});
