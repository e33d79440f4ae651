/** The doctor itself is killed while it rescues: the next one finds as much to rescue. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFileName, SqliteProjectFiles } from '../../../../src-main/storage/project-files.ts';
import { createProjectRepair } from '../../../../src-main/storage/repair/project-repair.ts';
import { addRun, addSamples } from '../../../factories/make-project.ts';
import { makeRunScores } from '../../../factories/make-signals.ts';
import { checkProject } from '../check-project.ts';
import type { Scenario } from '../scenario.ts';

const sampleCount = 2_000;
const repair = createProjectRepair();

function damage(folder: string): void {
  const project = join(folder, 'project');
  const bytes = readFileSync(join(folder, 'whole.sqlite'));
  for (const name of readdirSync(project).filter((entry) => entry !== 'backups'))
    rmSync(join(project, name), { recursive: true });
  writeFileSync(join(project, projectFileName), bytes.fill(0x5a, 4_096 * 20, 4_096 * 24));
}

export const scenario: Scenario = {
  longestMs: 300,
  prepare: async (folder) => {
    const project = new SqliteProjectFiles().create(join(folder, 'project'), 'Kills');
    addSamples(project, sampleCount, 3);
    const { id } = addRun(project);
    await project.runs.writeScores(id, makeRunScores(sampleCount));
    const changes = project.samples
      .all()
      .map((sample) => ({ sampleId: sample.id, after: { decision: { kind: 'drop' }, trustedClassId: null } as const }));
    project.verdicts.apply('all', changes, 1);
    await project.backUp('daily', 1);
    project.close();
    writeFileSync(join(folder, 'whole.sqlite'), readFileSync(join(folder, 'project', projectFileName)));
    damage(folder);
  },
  work: async (folder, acknowledge) => {
    await repair.rescue(join(folder, 'project'), Date.now());
    acknowledge('rescued');
  },
  check: async (folder) => {
    const project = join(folder, 'project');
    if ((await repair.check(project)).state !== 'sound') await repair.rescue(project, Date.now());
    repair.removeUnfinished(project);
    await checkProject(project, ({ samples, verdicts }) => {
      assert.equal(samples.count(), sampleCount);
      assert.equal(verdicts.all().size, sampleCount);
    });
    damage(folder);
  },
};
