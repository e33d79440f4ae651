/** What a run's alternatives become on their way to the pages: a suggestion, or none. */
import { describe, expect, it } from 'vitest';
import type { RankedView } from '../../../src-main/contract/payloads.ts';
import type { RunScores } from '../../../src-main/core/ranking/run-scores.ts';
import { makeRunScores } from '../../factories/make-signals.ts';
import { trainOnce, trustFirst, withImportedProject, type TestProject } from '../../factories/make-services.ts';

/** Three classes; every best alternative as likely as `best` says. */
async function withSuggestions(best: number, work: (project: TestProject) => Promise<void>): Promise<void> {
  await withImportedProject(4, async (project) => {
    await trustFirst(project, 1);
    project.runner.script = {
      scores: ({ sampleCount, classCount, labels }): RunScores => ({
        ...makeRunScores(sampleCount, classCount),
        suggested: Int16Array.from(labels, (label) => (label + 1) % classCount),
        suggestedProbability: new Float32Array(sampleCount).fill(best),
        second: Int16Array.from(labels, (label) => (label + 2) % classCount),
        secondProbability: new Float32Array(sampleCount).fill(1 - best),
        errorProbability: new Float32Array(sampleCount).fill(0.75),
      }),
    };
    await trainOnce(project);
    await work(project);
  });
}

async function firstRow({ call, projectId }: TestProject): Promise<RankedView> {
  const query = { by: 'suspicion', filter: { trusted: false } } as const;
  const page = await call('review/page', { projectId, query, offset: 0, limit: 1 });
  return page.rows[0]!;
}

describe('a suggested label', () => {
  it('is the likeliest other class, with the next ones and the probability that the given label is wrong', () =>
    withSuggestions(0.75, async (project) => {
      const row = await firstRow(project);
      expect(row.alternatives.map(({ probability }) => probability)).toEqual([0.75, 0.25]);
      expect(row.suggestedClassId).toBe(row.alternatives[0]?.classId);
      expect(row.suggestedProbability).toBe(0.75);
      expect(row.errorProbability).toBe(0.75);
      const named = new Set([row.givenClassId, ...row.alternatives.map(({ classId }) => classId)]);
      expect(named.size).toBe(3);
    }));

  it('is none where no class is likely enough, but the alternatives are still told', () =>
    withSuggestions(0.375, async (project) => {
      const { call, projectId } = project;
      const row = await firstRow(project);
      expect([row.suggestedClassId, row.suggestedProbability]).toEqual([null, null]);
      expect(row.alternatives[0]?.probability).toBe(0.375);
      const wanted = [row.alternatives[0]!.classId];
      const query = { by: 'suspicion', filter: { suggestedClassIds: wanted } } as const;
      expect((await call('review/page', { projectId, query, offset: 0, limit: 1 })).total).toBe(0);
      const target = { sampleIds: [row.id] };
      expect(await call('decide/apply', { projectId, target, action: { kind: 'accept' } })).toMatchObject({
        changed: 0,
      });
    }));

  it('outlasts the closing of the project', () =>
    withSuggestions(0.75, async (project) => {
      const { call, projectId } = project;
      const before = await firstRow(project);
      const { folder } = await call('project/status', { projectId });
      await call('project/close', { projectId });
      const { projectId: again } = await call('project/open', { folder });
      expect(await firstRow({ ...project, projectId: again })).toEqual(before);
    }));
});
