import { describe, expect, it } from 'vitest';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';
import type { RunScores } from '../../../src-main/core/ranking/run-scores.ts';
import type { TrainingJob } from '../../../src-main/services/ports/training-runner.ts';
import { trainOnce, trustFirst, withImportedProject, type TestProject } from '../../factories/make-services.ts';
import { makeRunScores } from '../../factories/make-signals.ts';

/** A ranking that is unsure of everything, and says so. */
function scoresOf({ sampleCount, classCount, trusted }: TrainingJob): RunScores {
  const errorProbability = new Float32Array(sampleCount).fill(0.3);
  const scores = makeRunScores(sampleCount, classCount);
  for (const sample of trusted) errorProbability[sample] = scores.suspicion[sample] = Number.NaN;
  const matrix = new Float64Array(classCount ** 2).fill(1 / classCount);
  const noise = { errorCount: 0.3 * sampleCount, transition: matrix, expectedCounts: matrix };
  return { ...scores, errorProbability, noise };
}

/** 3 x 8 images, of which the first of each class is trusted, with a finished run. */
async function withRankedProject(work: (project: TestProject) => Promise<void>): Promise<void> {
  await withImportedProject(8, async (project) => {
    project.runner.script = { scores: scoresOf };
    await trustFirst(project, 1);
    await trainOnce(project);
    await work(project);
  });
}

/** Judges everything that is pending: wrong where the id is divisible by three. */
async function judgeAll({ call, projectId }: TestProject) {
  const { pending } = await call('audit/list', { projectId });
  const items = pending.map(({ id }) => ({ sampleId: id, kind: id % 3 === 0 ? 'wrong' : 'right' }) as const);
  return call('audit/record', { projectId, items });
}

describe('an audit', () => {
  it('draws images of the list, and never a trusted one', () =>
    withRankedProject(async ({ call, projectId }) => {
      const state = await call('audit/draw', { projectId, size: 200 });
      expect(state).toMatchObject({ draws: 200, images: 21, judged: 0, wrong: 0 });
      expect(new Set(state.pending.map(({ id }) => id)).size).toBe(21);
      expect(state.pending.every(({ trustedClassId }) => trustedClassId === null)).toBe(true);
    }));

  it('makes judged images trusted, or marks them as unsure, as one entry', () =>
    withRankedProject(async ({ call, projectId, status }) => {
      const { pending } = await call('audit/draw', { projectId, size: 30 });
      const [first, second, third] = pending;
      const other = status.classes.find(({ classId }) => classId !== second?.givenClassId);
      if (!first || !second || !third || !other) throw new Error('Too few images were drawn.');
      const state = await call('audit/record', {
        projectId,
        items: [
          { sampleId: first.id, kind: 'right' },
          { sampleId: second.id, kind: 'wrong', classId: other.classId },
          { sampleId: third.id, kind: 'wrong' },
        ],
      });
      expect(state).toMatchObject({ judged: 3, wrong: 2 });
      expect(state.pending.map(({ id }) => id)).toEqual(pending.slice(3).map(({ id }) => id));
      const verdict = async (sampleId: SampleId) => (await call('review/sample', { projectId, sampleId })).sample;
      expect(await verdict(first.id)).toMatchObject({ trustedClassId: first.givenClassId, decision: null });
      expect(await verdict(second.id)).toMatchObject({ trustedClassId: other.classId });
      expect(await verdict(third.id)).toMatchObject({ trustedClassId: null, decision: 'unsure' });
      expect(await call('decide/journal', { projectId, limit: 1 })).toMatchObject([{ title: 'Audited 3 images' }]);
    }));

  it('reports the number of wrong labels near the truth, and more surely with more draws', () =>
    withRankedProject(async (project) => {
      const { call, projectId } = project;
      await call('audit/draw', { projectId, size: 20 });
      await judgeAll(project);
      const short = await call('audit/report', { projectId });
      await call('audit/draw', { projectId, size: 300 });
      await judgeAll(project);
      const long = await call('audit/report', { projectId, cuts: [10, 21] });
      const suspects = await call('review/ids', {
        ...{ projectId, query: { by: 'suspicion', filter: { trusted: false } }, offset: 0, limit: 100 },
      });
      const all = await call('review/ids', {
        ...{ projectId, query: { by: 'suspicion', filter: {} }, offset: 0, limit: 21 },
      });
      const wrong = all.filter((id) => id % 3 === 0).length;
      expect(suspects.length).toBe(wrong);
      expect(long).toMatchObject({ images: 24, suspects: 21, draws: 320, judgedDraws: 320 });
      expect(long.wrongLabels?.value).toBeGreaterThan(wrong - 2);
      expect(long.wrongLabels?.value).toBeLessThan(wrong + 2);
      expect(long.wrongLabels?.standardError).toBeLessThan(short.wrongLabels?.standardError ?? 0);
      expect(long.cuts.map(({ size }) => size)).toEqual([10, 21]);
      expect(long.cuts[1]?.recall?.value).toBeCloseTo(1);
      const inCut = all.slice(0, 10).filter((id) => id % 3 === 0).length;
      expect(long.cuts[0]?.precision?.value).toBeGreaterThan(inCut / 10 - 0.15);
      expect(long.cuts[0]?.precision?.value).toBeLessThan(inCut / 10 + 0.15);
    }));

  it('keeps its number when the ranking is renewed, in which judged images are trusted', () =>
    withRankedProject(async (project) => {
      const { call, projectId } = project;
      await call('audit/draw', { projectId, size: 40 });
      await judgeAll(project);
      const before = await call('audit/report', { projectId });
      await trainOnce(project);
      const after = await call('audit/report', { projectId });
      expect(after.runId).not.toBe(before.runId);
      expect(after.suspects).toBeLessThan(before.suspects);
      expect(after.wrongLabels).toEqual(before.wrongLabels);
    }));

  it('is not moved by what was decided in the review', () =>
    withRankedProject(async (project) => {
      const { call, projectId } = project;
      const { pending } = await call('audit/draw', { projectId, size: 12 });
      await judgeAll(project);
      const before = await call('audit/report', { projectId });
      const drawn = new Set(pending.map(({ id }) => id));
      const query = { by: 'suspicion', filter: {} } as const;
      const list = await call('review/ids', { projectId, query, offset: 0, limit: 21 });
      const sampleIds = list.filter((id) => !drawn.has(id));
      await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'drop' } });
      expect(await call('audit/report', { projectId })).toEqual(before);
    }));

  it('refuses to judge what was not drawn, and a wrong label that is the given one', () =>
    withRankedProject(async ({ call, projectId }) => {
      const { pending } = await call('audit/draw', { projectId, size: 1 });
      const [drawn] = pending;
      const [trusted] = await call('trust/list', { projectId });
      if (!drawn || !trusted) throw new Error('Nothing was drawn.');
      const judge = (sampleId: SampleId, classId = drawn.givenClassId) =>
        call('audit/record', { projectId, items: [{ sampleId, kind: 'wrong', classId }] });
      await expect(judge(drawn.id)).rejects.toMatchObject({ code: 'invalid-value' });
      const notDrawn = call('audit/record', { projectId, items: [{ sampleId: trusted.id, kind: 'right' }] });
      await expect(notDrawn).rejects.toMatchObject({ code: 'invalid-value', details: { path: trusted.path } });
      expect(await call('audit/list', { projectId })).toMatchObject({ judged: 0 });
    }));

  it('takes a judgement back, and leaves the verdict to the undo of the review', () =>
    withRankedProject(async ({ call, projectId }) => {
      const { pending } = await call('audit/draw', { projectId, size: 3 });
      const [first] = pending;
      if (!first) throw new Error('Nothing was drawn.');
      const record = (kind: 'wrong' | 'none') =>
        call('audit/record', { projectId, items: [{ sampleId: first.id, kind }] });
      expect(await record('wrong')).toMatchObject({ judged: 1, wrong: 1 });
      await call('decide/undo', { projectId });
      expect(await record('none')).toMatchObject({ judged: 0, wrong: 0 });
      expect((await call('audit/list', { projectId })).pending.map(({ id }) => id)).toEqual(
        pending.map(({ id }) => id),
      );
      expect(await call('audit/report', { projectId })).toMatchObject({ judgedDraws: 0, wrongLabels: null });
      const [undone] = await call('decide/journal', { projectId, limit: 1 });
      expect(undone).toMatchObject({ title: 'Audited 1 image', state: 'undone' });
    }));

  it('says what is missing: a run, one that knows probabilities, a judgement', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId } = project;
      await expect(call('audit/draw', { projectId, size: 5 })).rejects.toMatchObject({ code: 'run-not-found' });
      await trustFirst(project, 1);
      await trainOnce(project);
      await expect(call('audit/draw', { projectId, size: 5 })).rejects.toMatchObject({ code: 'run-not-found' });
      expect(await call('audit/report', { projectId })).toMatchObject({ draws: 0, wrongLabels: null, cuts: [] });
    }));
});
