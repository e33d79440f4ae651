import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RankedView, ReviewFilter, ReviewQuery } from '../../../src-main/contract/payloads.ts';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';
import { scoreNames, suspiciousEnd, type ScoreName } from '../../../src-main/core/ranking/run-scores.ts';
import { makeRunScores } from '../../factories/make-signals.ts';
import {
  trainOnce,
  trustFirst,
  withImportedProject,
  writePicture,
  type TestProject,
} from '../../factories/make-services.ts';

const noFilter = { by: 'suspicion', filter: {} } as const;

async function readAll({ call, projectId }: TestProject, query: ReviewQuery): Promise<readonly RankedView[]> {
  return (await call('review/page', { projectId, query, offset: 0, limit: 1000 })).rows;
}

/** Scores with ties, and a NaN. */
function roughScores(count: number, classCount: number, stream = 0) {
  const scores = makeRunScores(count, classCount, stream);
  for (const name of scoreNames) scores[name].forEach((value, index) => (scores[name][index] = Math.round(value * 2)));
  scores.margin[count - 1] = Number.NaN;
  return scores;
}

/** A project with a run, a mix of verdicts, and a sample that came after the run. */
async function withReviewed(work: (project: TestProject) => Promise<void>): Promise<void> {
  await withImportedProject(5, async (project) => {
    const { call, projectId, runner, pictures, finish } = project;
    await trustFirst(project, 1);
    runner.script = { scores: ({ sampleCount, classCount }) => roughScores(sampleCount, classCount) };
    await trainOnce(project);
    await writePicture(`${pictures}/red/twin.png`, [200, 20, 20]);
    const labels = { kind: 'folders' } as const;
    const { jobId } = await call('import/start', { projectId, folder: pictures, labels, update: true });
    await finish('import', jobId);
    const ids = await call('review/ids', { projectId, query: noFilter, offset: 0, limit: 1000 });
    const act = (index: number, kind: 'keep' | 'drop' | 'unsure' | 'accept' | 'trust') =>
      call('decide/apply', { projectId, target: { sampleIds: ids.slice(index, index + 1) }, action: { kind } });
    await act(0, 'keep');
    await act(1, 'drop');
    await act(3, 'unsure');
    await act(4, 'accept');
    await act(6, 'trust');
    await work(project);
  });
}

type RowTest = (row: RankedView) => boolean;

function isIn<T>(wanted: readonly T[] | undefined, value: T | null): boolean {
  return wanted === undefined || wanted.some((one) => one === value);
}

function isFlag(wanted: boolean | undefined, value: boolean): boolean {
  return wanted === undefined || wanted === value;
}

function isBetween(range: ReviewFilter['scoreRange'], score: number | null): boolean {
  if (range?.from === undefined && range?.to === undefined) return true;
  return score !== null && score >= (range.from ?? -Infinity) && score <= (range.to ?? Infinity);
}

/** The list by its definition: sort everything, then keep what passes. */
function bruteForce(rows: readonly RankedView[], by: ScoreName, filter: ReviewFilter, hasProblem: RowTest) {
  const sign = suspiciousEnd[by] === 'largest' ? -1 : 1;
  const scoreOf = ({ rankPosition, scores }: RankedView) => (rankPosition === null ? null : scores[by]);
  const value = (row: RankedView) => {
    const score = scoreOf(row);
    return score === null ? Number.POSITIVE_INFINITY : sign * score;
  };
  const tests: RowTest[] = [
    (row) => isIn(filter.givenClassIds, row.givenClassId),
    (row) => isIn(filter.suggestedClassIds, row.suggestedClassId),
    (row) => isIn(filter.decisions, row.decision ?? 'none'),
    (row) => isFlag(filter.trusted, row.trustedClassId !== null),
    (row) => isFlag(filter.hasProblem, hasProblem(row)),
    (row) => isBetween(filter.scoreRange, scoreOf(row)),
    (row) => row.path.toLowerCase().includes((filter.text ?? '').toLowerCase()),
  ];
  return rows
    .toSorted((a, b) => (value(a) === value(b) ? a.id - b.id : value(a) - value(b)))
    .filter((row) => tests.every((test) => test(row)))
    .map(({ id }) => id);
}

describe('a ranked list', () => {
  it('is in the order of the import before anything was trained', () =>
    withImportedProject(2, async (project) => {
      const rows = await readAll(project, noFilter);
      expect(rows.map(({ path }) => path)).toEqual([
        ...['blue/00.png', 'blue/01.png', 'green/00.png', 'green/01.png', 'red/00.png', 'red/01.png'],
      ]);
      expect(rows[0]).toMatchObject({ rankPosition: null, suggestedClassId: null, visits: 0, decision: null });
      const { call, projectId } = project;
      expect(await call('review/summary', { projectId, query: noFilter })).toEqual({
        ...{ total: 6, decided: 0, kept: 0, dropped: 0, relabelled: 0, unsure: 0 },
        ...{ wrongShare: null, histogram: null, estimatedErrors: null },
      });
    }));

  it('holds exactly what its definition says, for any filter and score', () =>
    withReviewed(async (project) => {
      const { call, projectId, status } = project;
      const classId = fc.constantFrom(...status.classes.map((entry) => entry.classId));
      const query = fc.record({
        by: fc.constantFrom(...scoreNames),
        filter: fc.record(
          {
            givenClassIds: fc.uniqueArray(classId),
            suggestedClassIds: fc.uniqueArray(classId),
            decisions: fc.uniqueArray(fc.constantFrom('none', 'keep', 'drop', 'relabel', 'unsure', 'both', 'neither')),
            trusted: fc.boolean(),
            hasProblem: fc.boolean(),
            scoreRange: fc.record(
              { from: fc.integer({ min: -4, max: 4 }), to: fc.integer({ min: -4, max: 4 }) },
              { requiredKeys: [] },
            ),
            text: fc.constantFrom('', 'RED', '0', '1.png', 'blue/0', 'nowhere'),
          },
          { requiredKeys: [] },
        ),
      });
      const isProblem = (row: RankedView) => row.path === 'red/twin.png';
      await fc.assert(
        fc.asyncProperty(query, fc.nat(20), fc.nat(20), async ({ by, filter }, offset, limit) => {
          const everything = await readAll(project, { by, filter: {} });
          const expected = bruteForce(everything, by, filter, isProblem);
          const list = { projectId, query: { by, filter } };
          const page = await call('review/page', { ...list, offset, limit });
          expect(page.total).toBe(expected.length);
          expect(page.rows.map(({ id }) => id)).toEqual(expected.slice(offset, offset + limit));
          expect(await call('review/ids', { ...list, offset, limit })).toEqual(expected.slice(offset, offset + limit));
          for (const { id } of everything.slice(0, 3)) {
            const place = expected.indexOf(id);
            const located = await call('review/locate', { ...list, sampleId: id });
            expect(located.offset).toBe(place < 0 ? null : place);
          }
        }),
        { numRuns: 150 },
      );
    }));

  it('ranks suspects from 1 and puts trusted and new samples behind them', () =>
    withReviewed(async (project) => {
      const rows = await readAll(project, noFilter);
      const ranked = rows.filter(({ rankPosition }) => rankPosition !== null);
      expect(ranked.map(({ rankPosition }) => rankPosition)).toEqual(
        Array.from({ length: 12 }, (_, index) => index + 1),
      );
      expect(rows.slice(12).map(({ path }) => path)).toEqual([
        'blue/00.png',
        'green/00.png',
        'red/00.png',
        'red/twin.png',
      ]);
      expect(ranked.every(({ visits, suggestedProbability }) => visits > 0 && suggestedProbability !== null)).toBe(
        true,
      );
      const byMargin = await readAll(project, { by: 'margin', filter: {} });
      const unmeasured = byMargin.filter(({ scores, visits }) => visits > 0 && scores.margin === null);
      expect(unmeasured).toHaveLength(1);
      expect(unmeasured[0]?.rankPosition).toBeNull();
    }));

  it('keeps its order when a sample in it becomes trusted', () =>
    withReviewed(async (project) => {
      const { call, projectId } = project;
      const before = await readAll(project, noFilter);
      const first = before[0];
      if (!first) throw new Error('The list is empty.');
      await call('decide/apply', { projectId, target: { sampleIds: [first.id] }, action: { kind: 'trust' } });
      const after = await readAll(project, noFilter);
      expect(after.map(({ id, rankPosition }) => [id, rankPosition])).toEqual(
        before.map(({ id, rankPosition }) => [id, rankPosition]),
      );
    }));

  it('follows verdicts in its filter at once', () =>
    withReviewed(async (project) => {
      const { call, projectId } = project;
      const undecided = { by: 'suspicion', filter: { decisions: ['none'] } } as const;
      const before = await readAll(project, undecided);
      const second = before[1];
      if (!second) throw new Error('The list is too short.');
      await call('decide/apply', { projectId, target: { sampleIds: [second.id] }, action: { kind: 'drop' } });
      expect((await readAll(project, undecided)).map(({ id }) => id)).toEqual(
        before.map(({ id }) => id).filter((id) => id !== second.id),
      );
      await call('decide/undo', { projectId });
      expect(await readAll(project, undecided)).toEqual(before);
    }));

  it('is summed up with the share of wrong labels and a histogram', () =>
    withReviewed(async (project) => {
      const { call, projectId } = project;
      const rows = await readAll(project, noFilter);
      const summary = await call('review/summary', { projectId, query: noFilter });
      const relabelled = rows.filter(({ decision }) => decision === 'relabel').length;
      expect(summary).toMatchObject({ total: 16, decided: 4, dropped: 1, unsure: 1, relabelled, kept: 2 - relabelled });
      expect(summary.wrongShare?.value).toBeCloseTo((1 + relabelled) / 3);
      expect(summary.wrongShare?.low).toBeGreaterThan(0);
      const scores = rows.flatMap(({ rankPosition, scores: { suspicion } }) => (rankPosition ? [suspicion ?? 0] : []));
      expect(summary.histogram).toMatchObject({ from: Math.min(...scores), to: Math.max(...scores) });
      expect(summary.histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(12);
      expect(summary.histogram?.counts.at(-1)).toBe(scores.filter((score) => score === Math.max(...scores)).length);
    }));

  it('of a run that does not exist, or has no scores, is refused', () =>
    withImportedProject(1, async ({ call, projectId }) => {
      const query = { ...noFilter, runId: 7 as never };
      await expect(call('review/page', { projectId, query, offset: 0, limit: 1 })).rejects.toMatchObject({
        code: 'run-not-found',
      });
    }));
});

describe('one sample', () => {
  it('is shown with its history, percentiles, trusted neighbours and duplicates', () =>
    withReviewed(async (project) => {
      const { call, projectId, status } = project;
      const { sampleId } = await call('review/find', { projectId, path: 'red/00.png' });
      const twin = await call('review/find', { projectId, path: './red/twin.png' });
      if (sampleId === null || twin.sampleId === null) throw new Error('An image is missing.');
      const detail = await call('review/sample', { projectId, sampleId: twin.sampleId });
      expect(detail.duplicates.map(({ id }) => id)).toEqual([sampleId]);
      expect(detail.problems).toMatchObject([{ path: 'red/twin.png', kind: 'duplicate' }]);
      expect(detail.trustedOfGiven.map(({ path }) => path)).toContain('red/00.png');
      expect(detail).toMatchObject({ history: [], percentiles: {} });

      const [first] = await readAll(project, noFilter);
      if (!first) throw new Error('The list is empty.');
      const suspect = await call('review/sample', { projectId, sampleId: first.id });
      expect(suspect.sample).toEqual(first);
      expect(suspect.run?.status).toBe('finished');
      expect(suspect.history.map(({ epochIndex }) => epochIndex)).toEqual([0, 1]);
      expect(status.classes.map(({ classId }) => classId)).toContain(suspect.history[0]?.predictedClassId);
      const below = (await readAll(project, noFilter)).filter(
        ({ rankPosition, scores }) => rankPosition !== null && (scores.suspicion ?? 0) < (first.scores.suspicion ?? 0),
      );
      expect(suspect.percentiles.suspicion).toBeCloseTo(below.length / 11);
    }));

  it('that does not exist is not found', () =>
    withImportedProject(1, async ({ call, projectId, pictures }) => {
      await expect(call('review/sample', { projectId, sampleId: 999 as SampleId })).rejects.toMatchObject({
        code: 'not-found',
      });
      expect(await call('review/find', { projectId, path: 'red/nothing.png' })).toEqual({ sampleId: null });
      const absolute = await call('review/find', { projectId, path: `${pictures}/red/00.png` });
      expect(absolute.sampleId).not.toBeNull();
    }));
});

describe('two runs', () => {
  it('are compared by rank', () =>
    withImportedProject(4, async (project) => {
      const { call, projectId, runner } = project;
      await trustFirst(project, 1);
      runner.script = {
        scores: ({ sampleCount, classCount }) => makeRunScores(sampleCount, classCount, runner.jobs.length),
      };
      const { runId } = await trainOnce(project);
      const { runId: otherRunId } = await trainOnce(project);
      const same = await call('review/compare-runs', { projectId, runId, otherRunId: runId, by: 'margin', limit: 3 });
      expect(same.correlation).toBeCloseTo(1);
      expect(same.moved.map(({ rank, otherRank }) => rank - otherRank)).toEqual([0, 0, 0]);
      const compared = await call('review/compare-runs', { projectId, runId, otherRunId, by: 'margin', limit: 100 });
      expect(compared.correlation).toBeLessThan(1);
      const distances = compared.moved.map(({ rank, otherRank }) => Math.abs(rank - otherRank));
      expect(distances).toEqual(distances.toSorted((a, b) => b - a));
      expect(compared.moved).toHaveLength(9);
    }));
});
