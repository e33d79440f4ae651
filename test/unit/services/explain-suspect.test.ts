import { describe, expect, it } from 'vitest';
import type { TrainedHead } from '../../../src-main/core/influence/trained-head.ts';
import type { SampleId } from '../../../src-main/core/dataset/sample.ts';
import { trainOnce, trustFirst, withImportedProject, type TestProject } from '../../factories/make-services.ts';

/** Four inputs, each its own hidden unit; classes untold apart, so that every label's error is the same but for its sign. */
function plainHead(): TrainedHead {
  const one = (row: number, column: number): number => (row === column ? 1 : 0);
  return {
    ...{ means: new Float32Array(4), scales: new Float32Array(4).fill(1) },
    hiddenKernel: Float32Array.from({ length: 16 }, (_, index) => one(Math.floor(index / 4), index % 4)),
    ...{ hiddenBias: new Float32Array(4), outputKernel: new Float32Array(12), outputBias: new Float32Array(3) },
  };
}

async function withExplainedProject(work: (project: TestProject) => Promise<void>): Promise<void> {
  await withImportedProject(6, async (project) => {
    await trustFirst(project, 2);
    project.runner.script = { head: plainHead };
    await trainOnce(project);
    await work(project);
  });
}

async function firstSuspect({ call, projectId }: TestProject): Promise<SampleId> {
  const query = { by: 'suspicion', filter: { trusted: false } } as const;
  const [first] = await call('review/ids', { projectId, query, offset: 0, limit: 1 });
  if (first === undefined) throw new Error('There is no suspect.');
  return first;
}

describe('why a label is suspected', () => {
  it('lets the trusted images of the label speak for it, and the others against it', () =>
    withExplainedProject(async (project) => {
      const { call, projectId } = project;
      const sampleId = await firstSuspect(project);
      const { sample } = await call('review/sample', { projectId, sampleId });
      const why = await call('review/why', { projectId, sampleId });
      expect(why?.speaksFor.map(({ sample: { trustedClassId } }) => trustedClassId)).toEqual(
        new Array(2).fill(sample.givenClassId),
      );
      expect(why?.speaksAgainst).toHaveLength(4);
      expect(why?.speaksAgainst.some((other) => other.sample.trustedClassId === sample.givenClassId)).toBe(false);
      expect(why?.heard).toBe(6);
      const voices = [...(why?.speaksFor ?? []), ...(why?.speaksAgainst ?? [])].map(({ voice }) => voice);
      expect(Math.max(...voices.map(Math.abs))).toBeCloseTo(1);
      expect(why?.speaksFor[0]?.voice).toBeGreaterThanOrEqual(why?.speaksFor[1]?.voice ?? 2);
    }));

  it('weighs the voices by their strength, and says which side is the louder one', () =>
    withExplainedProject(async (project) => {
      const { call, projectId } = project;
      const sampleId = await firstSuspect(project);
      const why = (await call('review/why', { projectId, sampleId }))!;
      const voices = [...why.speaksFor, ...why.speaksAgainst].map(({ voice }) => voice);
      // All six are shown, so that their shares can be counted from outside.
      const loudness = voices.reduce((sum, voice) => sum + Math.abs(voice), 0);
      const against = voices.reduce((sum, voice) => sum + Math.max(0, -voice), 0);
      expect(why.shareAgainst).toBeCloseTo(against / loudness, 5);
      const side = against / loudness >= 0.5 ? 'against' : 'for';
      const share = Math.round((100 * Math.max(against, loudness - against)) / loudness);
      expect(why.sentence).toMatch(
        new RegExp(`^By strength, ${share} % of what 6 trusted images say is ${side} "\\w+", most of all .+\\.$`),
      );
    }));

  it('names the most similar images, closest first, without the image itself', () =>
    withExplainedProject(async (project) => {
      const { call, projectId } = project;
      const sampleId = await firstSuspect(project);
      const why = await call('review/why', { projectId, sampleId });
      const similarities = why?.neighbours.map(({ similarity }) => similarity) ?? [];
      expect(similarities).toHaveLength(8);
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
      expect(why?.neighbours.some(({ sample }) => sample.id === sampleId)).toBe(false);
      expect(why?.sentence).toContain('of its 8 nearest neighbours are labelled');
    }));

  it('leaves a trusted image out of its own trial', () =>
    withExplainedProject(async ({ call, projectId }) => {
      const [trusted] = await call('trust/list', { projectId });
      if (!trusted) throw new Error('Nothing is trusted.');
      const why = await call('review/why', { projectId, sampleId: trusted.id });
      const voices = [...(why?.speaksFor ?? []), ...(why?.speaksAgainst ?? [])];
      expect(voices).toHaveLength(5);
      expect(voices.some(({ sample }) => sample.id === trusted.id)).toBe(false);
    }));

  it('says nothing without a run, without the head that it trained, or without the vectors', () =>
    withExplainedProject(async (project) => {
      const { call, projectId, embedder, runner } = project;
      const sampleId = await firstSuspect(project);
      embedder.known.clear();
      expect(await call('review/why', { projectId, sampleId })).toBe(null);
      runner.script = {};
      const { runId } = await trainOnce(project);
      expect(await call('review/why', { projectId, sampleId })).toBe(null);
      // The vectors are there again: the first run can be explained now.
      const first = await call('train/list-runs', { projectId }).then((runs) =>
        runs.find((run) => run.runId !== runId),
      );
      const input = { projectId, sampleId, ...(first ? { runId: first.runId } : {}) };
      expect(await call('review/why', input)).not.toBe(null);
      await expect(call('review/why', { projectId, sampleId: 999 as SampleId })).rejects.toMatchObject({
        code: 'not-found',
      });
    }));
});
