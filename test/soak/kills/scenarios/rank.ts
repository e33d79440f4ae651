/** Writing a run's scores: a run has all of them or none, and its ranked list is the one of its scores. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { RunId } from '../../../../src-main/core/dataset/sample.ts';
import { SqliteProjectFiles } from '../../../../src-main/storage/project-files.ts';
import { addRun, addSamples } from '../../../factories/make-project.ts';
import { makeRunScores } from '../../../factories/make-signals.ts';
import { checkProject } from '../check-project.ts';
import type { Scenario } from '../scenario.ts';

const sampleCount = 4_000;
const runId = 1 as RunId;
const makeScores = (stream: number) => makeRunScores(sampleCount, 2, stream);

export const scenario: Scenario = {
  longestMs: 400,
  prepare: async (folder) => {
    const project = new SqliteProjectFiles().create(join(folder, 'project'), 'Kills');
    addSamples(project, sampleCount);
    addRun(project);
    await project.runs.writeScores(runId, makeScores(0));
    project.close();
  },
  work: async (folder, acknowledge) => {
    const project = new SqliteProjectFiles().open(join(folder, 'project'));
    for (let round = 0; ; round += 1) {
      await project.runs.writeScores(runId, makeScores(round % 2));
      acknowledge(`ranked ${round % 2}`);
    }
  },
  check: (folder) =>
    checkProject(join(folder, 'project'), async ({ runs }) => {
      const found = await runs.scores(runId);
      // A kill in the middle leaves a run without scores, which is then ranked anew.
      if (found === null) return;
      const written = [0, 1]
        .map(makeScores)
        .find(({ suspicion }) => suspicion.every((value, place) => Object.is(value, found.suspicion[place])));
      assert.ok(written, 'the scores are those of one writing');
      const top = runs.ranked({ runId, by: 'suspicion', limit: 50 }).map(({ scores }) => scores.suspicion);
      assert.deepEqual(
        top,
        top.toSorted((a, b) => b - a),
      );
      const largest = written.suspicion
        .filter((value) => Number.isFinite(value))
        .toSorted()
        .at(-1);
      assert.equal(top[0], largest);
    }),
};
