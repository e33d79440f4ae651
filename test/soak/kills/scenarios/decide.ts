/** Single and bulk decisions, trust, undo and redo, through the services. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { SampleId } from '../../../../src-main/core/dataset/sample.ts';
import type { ReviewAction } from '../../../../src-main/contract/payloads.ts';
import { SqliteProjectFiles } from '../../../../src-main/storage/project-files.ts';
import { addSamples } from '../../../factories/make-project.ts';
import { startHost } from '../../../factories/make-services.ts';
import { checkProject } from '../check-project.ts';
import type { Scenario } from '../scenario.ts';

const sampleCount = 2_000;
const singles = ['drop', 'keep', 'unsure', 'trust', 'distrust', 'clear'] as const;

export const scenario: Scenario = {
  longestMs: 250,
  prepare: async (folder) => {
    const project = new SqliteProjectFiles().create(join(folder, 'project'), 'Kills');
    addSamples(project, sampleCount, 4);
    project.close();
  },
  work: async (folder, acknowledge) => {
    const { call } = startHost(folder);
    const { projectId } = await call('project/open', { folder: join(folder, 'project') });
    const start = (process.pid * 37) % sampleCount;
    for (let round = 0; ; round += 1) {
      const kind = singles[round % singles.length] ?? 'keep';
      const sampleId = (((start + round * 7) % sampleCount) + 1) as SampleId;
      const action: ReviewAction = { kind };
      const single = await call('decide/apply', { projectId, target: { sampleIds: [sampleId] }, action });
      if (single.entry) acknowledge(`done ${single.entry.id}`);
      if (round % 3 > 0) continue;
      const query = { by: 'suspicion', filter: { text: String(round % 10) } } as const;
      const { total } = await call('review/page', { projectId, query, offset: 0, limit: 1 });
      const bulk = await call('decide/apply', {
        projectId,
        target: { query, expectedCount: total },
        action: { kind: round % 2 === 0 ? 'drop' : 'keep' },
      });
      if (bulk.entry) acknowledge(`done ${bulk.entry.id}`);
      if (round % 2 > 0) continue;
      const undone = await call('decide/undo', { projectId });
      if (undone.entry) acknowledge(`undone ${undone.entry.id}`);
      const redone = await call('decide/redo', { projectId });
      if (redone.entry) acknowledge(`done ${redone.entry.id}`);
    }
  },
  check: (folder, acknowledged) =>
    checkProject(join(folder, 'project'), ({ verdicts }) => {
      const states = new Map(verdicts.journal(100_000).map(({ id, state }) => [id, state]));
      const wanted = new Map(acknowledged.map((line) => [Number(line.split(' ')[1]), line.split(' ')[0]]));
      const last = acknowledged.at(-1)?.split(' ')[1];
      for (const [id, state] of wanted) {
        assert.ok(states.has(id), `action ${id} is in the journal`);
        // The one after the last acknowledged line may have come through without being acknowledged.
        if (String(id) !== last) assert.equal(states.get(id) === 'done', state === 'done', `action ${id} is ${state}`);
      }
    }),
};
