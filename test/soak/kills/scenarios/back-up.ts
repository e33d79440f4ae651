/** Copying a project while it is used, and going back to a copy: every copy is whole. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SqliteProjectFiles } from '../../../../src-main/storage/project-files.ts';
import { createProjectRepair } from '../../../../src-main/storage/repair/project-repair.ts';
import { addSamples } from '../../../factories/make-project.ts';
import { checkProject } from '../check-project.ts';
import type { Scenario } from '../scenario.ts';

const sampleCount = 3_000;
const repair = createProjectRepair();

export const scenario: Scenario = {
  longestMs: 300,
  prepare: async (folder) => {
    const project = new SqliteProjectFiles().create(join(folder, 'project'), 'Kills');
    addSamples(project, sampleCount);
    project.close();
  },
  work: async (folder, acknowledge) => {
    const projectFolder = join(folder, 'project');
    for (;;) {
      const project = new SqliteProjectFiles().open(projectFolder);
      const copying = project.backUp('asked', Date.now());
      const changes = project.samples
        .all()
        .map(({ id }) => ({ sampleId: id, after: { decision: { kind: 'drop' }, trustedClassId: null } as const }));
      const { id } = project.verdicts.apply('all', changes, Date.now());
      acknowledge(`copied ${(await copying).slice(-60)}`);
      project.close();
      const [newest] = repair.backups(projectFolder).toReversed();
      // Now and then, so that there is something to lose.
      if (newest && id % 4 === 0) repair.restore(projectFolder, newest.name, Date.now());
    }
  },
  check: async (folder) => {
    const projectFolder = join(folder, 'project');
    assert.equal((await repair.check(projectFolder)).state, 'sound');
    repair.removeUnfinished(projectFolder);
    for (const { file } of repair.backups(projectFolder)) {
      const copy = new Database(file, { readonly: true });
      assert.equal(copy.pragma('integrity_check', { simple: true }), 'ok');
      assert.equal(copy.prepare('SELECT count(*) FROM samples').pluck().get(), sampleCount);
      copy.close();
    }
    await checkProject(projectFolder, ({ samples }) => assert.equal(samples.count(), sampleCount));
  },
};
