import { describe, expect, it } from 'vitest';
import type { ClassId, RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
import { scoreNames, suspiciousEnd, type RunScores } from '../../src-main/core/ranking/run-scores.ts';
import type { ProjectStores } from '../../src-main/services/ports/project-files.ts';
import type { RankedSample, RankQuery } from '../../src-main/services/ports/run-store.ts';
import { addRun, addSamples, withProject } from '../factories/make-project.ts';
import { makeRunSettings } from '../factories/make-run-settings.ts';
import { makeEpochMetrics, makeEpochSignals, makeRunScores } from '../factories/make-signals.ts';

describe('runs', () => {
  it('come back with everything that they were created with', () =>
    withProject((project) => {
      addSamples(project, 4, 3);
      const run = addRun(project, 2);
      expect(run).toEqual({
        id: 1,
        status: 'running',
        settings: makeRunSettings(),
        classIds: [1, 2, 3],
        versions: { touchstone: '0.1.0', engine: 'cpu' },
        createdAtMs: 1_000,
        endedAtMs: null,
        epochsDone: 0,
        trustedCount: 2,
        failure: null,
      });
      project.runs.addVersions(run.id, { engine: 'wasm', threads: '1' });
      expect(project.runs.byId(run.id)?.versions).toEqual({ engine: 'wasm', threads: '1', touchstone: '0.1.0' });
      expect(project.runs.inputs(run.id)).toEqual({
        sampleIds: [1, 2, 3, 4],
        labels: Int32Array.of(0, 1, 2, 0),
        trusted: Uint32Array.of(0, 1),
      });
    }));

  it('have an end once their status is final', () =>
    withProject((project) => {
      addSamples(project, 2);
      const [first, second] = [addRun(project), addRun(project)];
      project.runs.setStatus(first.id, 'finished', 2_000);
      project.runs.setStatus(second.id, 'failed', 3_000, 'The loss was not finite.');
      expect(project.runs.all()).toMatchObject([
        { id: 2, status: 'failed', endedAtMs: 3_000, failure: 'The loss was not finite.' },
        { id: 1, status: 'finished', endedAtMs: 2_000, failure: null },
      ]);
      expect(project.runs.latestFinished()?.id).toBe(1);
      project.runs.setStatus(second.id, 'running', 4_000);
      expect(project.runs.byId(second.id)).toMatchObject({ endedAtMs: null, failure: null });
    }));

  it('that do not exist are named', () =>
    withProject((project) => {
      const unknown = 9 as RunId;
      expect(project.runs.byId(unknown)).toBeNull();
      expect(() => project.runs.setStatus(unknown, 'finished', 1)).toThrow(/run 9/);
      expect(() => project.runs.inputs(unknown)).toThrow(/run 9/);
      expect(() => project.runs.ranked({ runId: unknown, by: 'loss', limit: 1 })).toThrow(/run 9/);
    }));
});

describe('epochs', () => {
  it('keep metrics and one row per visited sample', () =>
    withProject(async (project) => {
      addSamples(project, 60);
      const run = addRun(project);
      const signals = makeEpochSignals(60);
      signals.visits[1] = 0;
      signals.predicted[1] = -1;
      const metrics = makeEpochMetrics(0, { trustedAccuracy: null, trainingLoss: Number.NaN });
      await project.runs.writeEpoch(run.id, metrics, signals, 'epoch-0.bin');
      await project.runs.writeEpoch(run.id, makeEpochMetrics(1), makeEpochSignals(60, 2, 50), 'epoch-1.bin');
      expect(project.runs.epochs(run.id)).toEqual([metrics, makeEpochMetrics(1)]);
      expect(project.runs.checkpointFile(run.id)).toBe('epoch-1.bin');
      expect(project.runs.byId(run.id)?.epochsDone).toBe(2);
      const [first, second] = project.runs.inputs(run.id).sampleIds;
      expect(project.runs.history(run.id, first!)[0]).toEqual({
        epochIndex: 0,
        visits: 1,
        weight: signals.weight[0],
        alignment: signals.alignment[0],
        cosine: signals.cosine[0],
        harm: signals.harm[0],
        margin: signals.margin[0],
        loss: signals.loss[0],
        probability: signals.probability[0],
        predictedClassId: 1,
      });
      expect(project.runs.history(run.id, second!).map(({ epochIndex }) => epochIndex)).toEqual([1]);
    }));

  it('written again replace themselves and all later ones', () =>
    withProject(async (project) => {
      addSamples(project, 30);
      const run = addRun(project);
      for (const epochIndex of [0, 1, 2]) {
        await project.runs.writeEpoch(run.id, makeEpochMetrics(epochIndex), makeEpochSignals(30), `${epochIndex}`);
      }
      const again = makeEpochSignals(30, 2, 99);
      await project.runs.writeEpoch(run.id, makeEpochMetrics(1), again, 'again');
      expect(project.runs.checkpointFile(run.id)).toBe('again');
      const [first] = project.runs.sampleIds(run.id);
      const history = project.runs.history(run.id, first!);
      expect(history.map(({ epochIndex }) => epochIndex)).toEqual([0, 1]);
      expect(history[1]?.weight).toBe(again.weight[0]);
    }));

  it('refuse a gap, arrays of another length, and outputs that the run has not', () =>
    withProject(async (project) => {
      addSamples(project, 5);
      const { id } = addRun(project);
      const write = (epochIndex: number, signals = makeEpochSignals(5)) =>
        project.runs.writeEpoch(id, makeEpochMetrics(epochIndex), signals, 'x');
      await expect(write(1)).rejects.toThrow(/cannot follow/);
      await expect(write(0, makeEpochSignals(6))).rejects.toThrow(/6 entries where the run has 5/);
      await expect(write(0, makeEpochSignals(5, 7))).rejects.toThrow(/not one of the run's 2 classes/);
      expect(project.runs.epochs(id)).toEqual([]);
    }));
});

/** Pages through a whole list, forwards or backwards, and returns the ids in list order. */
function walk(project: ProjectStores, query: Omit<RankQuery, 'limit'>, backwards: boolean): SampleId[] {
  const pages: RankedSample[][] = [];
  for (let edge: RankedSample | undefined; ;) {
    const key = edge && { score: edge.scores[query.by], id: edge.sample.id };
    const start = key ?? { score: suspiciousEnd[query.by] === 'largest' ? -Infinity : Infinity, id: 1e9 as SampleId };
    const page = project.runs.ranked({ ...query, limit: 7, ...(backwards ? { before: start } : { after: key }) });
    if (page.length === 0) break;
    if (backwards) pages.unshift([...page]);
    else pages.push([...page]);
    edge = backwards ? page[0] : page.at(-1);
  }
  return pages.flat().map(({ sample }) => sample.id);
}

/** What the list should be, by sorting. */
function expectedOrder(project: ProjectStores, scores: RunScores, by: RankQuery['by'], classId?: ClassId): SampleId[] {
  const sign = suspiciousEnd[by] === 'largest' ? -1 : 1;
  const samples = project.samples.all();
  return samples
    .map(({ id, givenClassId }, index) => ({ id, givenClassId, index, key: sign * scores[by][index]! }))
    .filter(({ index, key }) => !Number.isNaN(scores.suspicion[index]!) && !Number.isNaN(key))
    .filter(({ givenClassId }) => classId === undefined || givenClassId === classId)
    .sort((a, b) => a.key - b.key || a.id - b.id)
    .map(({ id }) => id);
}

/** Scores with ties, zeros of both signs, and samples that are no suspects. */
function makeAwkwardScores(count: number): RunScores {
  const scores = makeRunScores(count, 3);
  for (const name of scoreNames) {
    for (let index = 0; index < count; index += 1) {
      if (index % 5 === 0) scores[name][index] = index % 2 === 0 ? 0 : -0;
      if (index % 7 === 0) scores[name][index] = 0.25;
    }
  }
  scores.suspicion.set([Number.NaN, Number.NaN], 10);
  scores.margin[20] = Number.NaN;
  return scores;
}

describe('ranked lists', () => {
  it('are whole and in order for every score, class and direction, with stable ties', () =>
    withProject(async (project) => {
      addSamples(project, 100, 3);
      const { id: runId } = addRun(project);
      const scores = makeAwkwardScores(100);
      await project.runs.writeScores(runId, scores);
      for (const by of scoreNames) {
        for (const classId of [undefined, ...project.samples.classes().map((known) => known.id)]) {
          const expected = expectedOrder(project, scores, by, classId);
          expect(walk(project, { runId, by, classId }, false)).toEqual(expected);
          expect(walk(project, { runId, by, classId }, true)).toEqual(expected);
        }
      }
    }));

  it('leave out samples that are trusted by now or have gone', () =>
    withProject(async (project) => {
      addSamples(project, 10);
      const { id: runId } = addRun(project);
      await project.runs.writeScores(runId, makeRunScores(10));
      const [first, second, third] = project.runs.ranked({ runId, by: 'suspicion', limit: 3 });
      const trust = { decision: null, trustedClassId: first!.sample.givenClassId };
      project.verdicts.apply('trust', [{ sampleId: first!.sample.id, after: trust }], 1);
      project.samples.markGone([second!.sample.id]);
      expect(project.runs.ranked({ runId, by: 'suspicion', limit: 1 })[0]?.sample.id).toBe(third!.sample.id);
    }));

  it('show nothing until the scores are complete, and the new ones after they are written again', () =>
    withProject(async (project) => {
      addSamples(project, 50);
      const { id: runId } = addRun(project);
      expect(project.runs.ranked({ runId, by: 'loss', limit: 5 })).toEqual([]);
      expect(await project.runs.scores(runId)).toBeNull();
      await project.runs.writeScores(runId, makeRunScores(50, 2, 1));
      const second = makeRunScores(50, 2, 33);
      const writing = project.runs.writeScores(runId, second);
      expect(project.runs.ranked({ runId, by: 'loss', limit: 5 })).toEqual([]);
      await writing;
      expect(walk(project, { runId, by: 'loss' }, false)).toEqual(expectedOrder(project, second, 'loss'));
      expect(await project.runs.scores(runId)).toEqual(second);
    }));

  it('carry sample, verdict, every score and the suggestion', () =>
    withProject(async (project) => {
      addSamples(project, 8, 2);
      const { id: runId } = addRun(project);
      const scores = makeRunScores(8);
      scores.suspicion[3] = Number.NaN;
      scores.suggested[4] = -1;
      await project.runs.writeScores(runId, scores);
      const ids = project.runs.sampleIds(runId);
      const drop = { decision: { kind: 'drop' }, trustedClassId: null } as const;
      project.verdicts.apply('drop', [{ sampleId: ids[2]!, after: drop }], 1);
      expect(project.runs.scoresOf(runId, ids[2]!)).toEqual({
        sample: project.samples.byId(ids[2]!),
        verdict: drop,
        scores: Object.fromEntries(scoreNames.map((name) => [name, scores[name][2]])),
        visits: 3,
        suggestedClassId: 2,
        suggestedProbability: scores.suggestedProbability[2],
      });
      expect(project.runs.scoresOf(runId, ids[3]!)?.scores.suspicion).toBeNaN();
      expect(project.runs.scoresOf(runId, ids[4]!)).toBeNull();
    }));

  it('work for a run whose samples are in no particular order', () =>
    withProject(async (project) => {
      addSamples(project, 40);
      const samples = [...project.samples.all()].reverse();
      const classIds = project.samples.classes().map(({ id }) => id);
      const { id: runId } = project.runs.create(
        {
          settings: makeRunSettings(),
          classIds,
          versions: {},
          trustedCount: 0,
          sampleIds: samples.map(({ id }) => id),
          labels: new Int32Array(40),
          trusted: new Uint32Array(),
        },
        1,
      );
      const scores = makeRunScores(40);
      await project.runs.writeScores(runId, scores);
      await project.runs.writeEpoch(runId, makeEpochMetrics(0), makeEpochSignals(40), 'x');
      const last = samples[0]!;
      expect(project.runs.scoresOf(runId, last.id)?.scores.loss).toBe(scores.loss[0]);
      expect(project.runs.history(runId, last.id)[0]?.weight).toBe(makeEpochSignals(40).weight[0]);
    }));

  it('refuse a page without a limit or with two ends', () =>
    withProject((project) => {
      addSamples(project, 2);
      const { id: runId } = addRun(project);
      const key = { score: 0, id: 1 as SampleId };
      expect(() => project.runs.ranked({ runId, by: 'loss', limit: 0 })).toThrow(/limit of at least 1/);
      expect(() => project.runs.ranked({ runId, by: 'loss', limit: 5, after: key, before: key })).toThrow(/not both/);
    }));
});
