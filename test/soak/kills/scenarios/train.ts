/** Training with the real loop and ranking, through the services: a killed run resumes to the numbers of one that never was. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '../../../../src-main/core/dataset/sample.ts';
import { decodeCheckpoint } from '../../../../src-main/training/checkpoint-file.ts';
import { createInlineRunner } from '../../../../src-main/training/inline-runner.ts';
import { createCheckpointFiles } from '../../../../src-main/shell-headless/host/project-side-files.ts';
import { SqliteProjectFiles } from '../../../../src-main/storage/project-files.ts';
import { startHost, type TestHost } from '../../../factories/make-services.ts';
import { rankByMargin } from '../../../factories/rank-by-margin.ts';
import { checkProject } from '../check-project.ts';
import { drawImages } from '../drawn-images.ts';
import type { Scenario } from '../scenario.ts';

const settings = { epochs: 60, engine: 'cpu', batchSize: 10, trustedBatchSize: 6, seed: 3 } as const;

const host = (folder: string): TestHost => startHost(folder, { runner: createInlineRunner({ rank: rankByMargin }) });

/** Goes on with the run, or starts it where there is none. Resolves with its number. */
async function train({ call, finish }: TestHost, project: string): Promise<RunId> {
  const { projectId } = await call('project/open', { folder: project });
  const [run] = await call('train/list-runs', { projectId });
  const { jobId, runId } =
    run === undefined || run.status === 'finished'
      ? await call('train/start', { projectId, settings })
      : await call('train/resume', { projectId });
  await finish('training', jobId);
  return runId;
}

async function suspicions(project: string, runId: RunId): Promise<readonly number[]> {
  const stores = new SqliteProjectFiles().open(project);
  try {
    return [...((await stores.runs.scores(runId))?.suspicion ?? [])];
  } finally {
    stores.close();
  }
}

export const scenario: Scenario = {
  longestMs: 500,
  prepare: async (folder) => {
    await drawImages(join(folder, 'pictures'), 12);
    const { call, finish, services } = host(folder);
    const { projectId } = await call('project/create', { folder: join(folder, 'project') });
    const source = { folder: join(folder, 'pictures'), labels: { kind: 'folders' } } as const;
    await finish('import', (await call('import/start', { projectId, ...source })).jobId);
    const { classes } = await call('project/status', { projectId });
    for (const { classId } of classes) {
      const query = { by: 'suspicion', filter: { givenClassIds: [classId] } } as const;
      const sampleIds = await call('review/ids', { projectId, query, offset: 0, limit: 3 });
      await call('decide/apply', { projectId, target: { sampleIds }, action: { kind: 'trust' } });
    }
    await services.close();
    cpSync(join(folder, 'project'), join(folder, 'untouched'), { recursive: true });
  },
  work: async (folder, acknowledge) => {
    const trainer = host(folder);
    trainer.services.events.subscribe((event) => {
      if (event.name !== 'job/changed') return;
      const { training } = event.payload as { readonly training: { readonly epochs: readonly unknown[] } | null };
      if (training !== null) acknowledge(`epochs ${training.epochs.length}`);
    });
    await train(trainer, join(folder, 'project'));
    acknowledge('trained');
    await trainer.services.close();
  },
  check: async (folder, acknowledged) => {
    const epochs = Math.max(0, ...acknowledged.map((line) => Number(line.split(' ')[1] ?? 0)));
    const project = join(folder, 'project');
    await checkProject(project, async ({ runs }) => {
      const [run] = runs.all();
      if (run === undefined) return assert.equal(epochs, 0);
      assert.ok(run.epochsDone >= epochs, `${epochs} epochs were acknowledged, ${run.epochsDone} are there`);
      const file = runs.checkpointFile(run.id);
      if (file !== null && run.status !== 'finished')
        decodeCheckpoint(await createCheckpointFiles().read(project, file));
      if (acknowledged.includes('trained')) assert.equal(run.status, 'finished');
    });
  },
  finish: async (folder) => {
    const trainer = host(folder);
    const { projectId } = await trainer.call('project/open', { folder: join(folder, 'project') });
    const [newest] = await trainer.call('train/list-runs', { projectId });
    const killedRun = newest?.status === 'finished' ? newest.runId : await train(trainer, join(folder, 'project'));
    const wholeRun = await train(trainer, join(folder, 'untouched'));
    await trainer.services.close();
    const [killed, whole] = [
      await suspicions(join(folder, 'project'), killedRun),
      await suspicions(join(folder, 'untouched'), wholeRun),
    ];
    assert.deepEqual(killed, whole);
    if (existsSync(join(folder, 'untouched'))) rmSync(join(folder, 'untouched'), { recursive: true });
  },
};
