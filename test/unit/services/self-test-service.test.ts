import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunScores } from '../../../src-main/core/ranking/run-scores.ts';
import type { TrainingJob } from '../../../src-main/services/ports/training-runner.ts';
import { startHost, trainOnce, trustFirst, withImportedProject } from '../../factories/make-services.ts';
import { makeRunScores } from '../../factories/make-signals.ts';

/** A ranking that knows the truth (`labels` of the first run) and so finds every planted error. */
function scoresOf(truth: Int32Array | null, job: TrainingJob): RunScores {
  const { sampleCount, classCount, trusted, labels } = job;
  const scores = makeRunScores(sampleCount, classCount);
  const wrong = Float32Array.from(labels, (label, sample) => (truth !== null && truth[sample] !== label ? 1 : 0));
  const suspicion = wrong.map((value, sample) => value + (scores.suspicion[sample] ?? 0) / 10);
  for (const sample of trusted) suspicion[sample] = Number.NaN;
  const even = new Float64Array(classCount ** 2).fill(1 / classCount);
  return {
    ...{ ...scores, suspicion, errorProbability: new Float32Array(sampleCount).fill(0.1) },
    noise: { errorCount: 6, transition: even, expectedCounts: even },
  };
}

describe('a self-test', () => {
  it('trains on planted labels, finds them, and changes nothing in the project', () =>
    withImportedProject(12, async (project) => {
      const { call, projectId, runner } = project;
      await trustFirst(project, 2);
      runner.script = { scores: (job) => scoresOf(runner.jobs[0]?.labels ?? null, job) };
      await trainOnce(project);
      const before = await call('project/status', { projectId });
      const { jobId } = await call('self-test/start', { projectId });
      const report = await project.finish('self-test', jobId);
      const [real, planted] = runner.jobs;
      const changed = [...(real?.labels ?? [])].filter((label, sample) => planted?.labels[sample] !== label).length;
      expect(report.planted).toEqual({ fromMatrix: 2, hard: 2, uniform: 2 });
      expect(changed).toBe(6);
      expect([...(real?.trusted ?? [])].every((sample) => planted?.labels[sample] === real?.labels[sample])).toBe(true);
      expect(planted?.checkpoint).toBe(null);
      // e is 0.1 for each image that is not trusted; every planted error stands first.
      expect(report).toMatchObject({ cut: 3, reviewForMost: { low: 1, high: 1 } });
      expect(report.recall.high).toBe(1);
      expect(await call('project/status', { projectId })).toEqual(before);
    }));

  it('is kept with its run, for the next session', () =>
    withImportedProject(12, async (project) => {
      const { call, folder, projectId, runner, services } = project;
      await trustFirst(project, 2);
      runner.script = { scores: (job) => scoresOf(null, job) };
      expect(await call('self-test/last', { projectId })).toBeNull();
      const { runId } = await trainOnce(project);
      expect(await call('self-test/last', { projectId })).toBeNull();
      const { jobId } = await call('self-test/start', { projectId });
      const report = await project.finish('self-test', jobId);
      await services.close();
      const next = startHost(folder);
      await next.call('project/open', { folder: join(folder, 'project') });
      expect(await next.call('self-test/last', { projectId, runId })).toEqual(report);
      expect(await next.call('self-test/last', { projectId })).toEqual(report);
      await next.services.close();
    }));

  it('does not run beside a training, and lets the next one run when it was cancelled', () =>
    withImportedProject(12, async (project) => {
      const { call, projectId, runner, wait } = project;
      await trustFirst(project, 2);
      runner.script = { scores: (job) => scoresOf(null, job) };
      await trainOnce(project);
      const { jobId } = await call('self-test/start', { projectId });
      await expect(call('self-test/start', { projectId })).rejects.toMatchObject({ code: 'run-in-progress' });
      await call('job/cancel', { jobId });
      expect((await wait(jobId)).status).toBe('cancelled');
      const again = await call('self-test/start', { projectId });
      expect((await wait(again.jobId)).status).toBe('done');
    }));

  it('says that there is no run, or none that knows its errors', () =>
    withImportedProject(4, async (project) => {
      const { call, projectId } = project;
      await expect(call('self-test/start', { projectId })).rejects.toMatchObject({ code: 'run-not-found' });
      await trustFirst(project, 1);
      await trainOnce(project);
      await expect(call('self-test/start', { projectId })).rejects.toMatchObject({ code: 'run-not-found' });
    }));
});
