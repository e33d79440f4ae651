/** What must be true of every project file after a kill or a power cut. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ProjectStores } from '../../../src-main/services/ports/project-files.ts';
import { projectFileName, SqliteProjectFiles } from '../../../src-main/storage/project-files.ts';

/** Opens the project, looks at its structure and its journal, and hands it to `look`. */
export async function checkProject(
  folder: string,
  look: (project: ProjectStores) => void | Promise<void> = () => undefined,
): Promise<void> {
  const project = new SqliteProjectFiles().open(folder);
  try {
    assert.equal(project.info.isReadOnly, false, 'the project can be written');
    checkStructure(join(folder, projectFileName));
    checkJournal(project);
    await look(project);
  } finally {
    project.close();
  }
}

function checkStructure(file: string): void {
  const database = new Database(file, { readonly: true });
  try {
    assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
    assert.deepEqual(database.pragma('foreign_key_check'), []);
  } finally {
    database.close();
  }
}

/** Every action is whole, the newest is in force, and it can be undone and redone. */
function checkJournal({ verdicts }: ProjectStores): void {
  for (const entry of verdicts.journal(5)) {
    assert.equal(verdicts.changesOf(entry.id).length, entry.changeCount, `action ${entry.id} is whole`);
  }
  const newest = verdicts.nextUndo();
  if (newest === null) return;
  const changes = verdicts.changesOf(newest.id);
  const expectInForce = (side: 'before' | 'after'): void => {
    const found = verdicts.byIds(changes.map(({ sampleId }) => sampleId));
    for (const change of changes) {
      assert.deepEqual(found.get(change.sampleId) ?? { decision: null, trustedClassId: null }, change[side]);
    }
  };
  expectInForce('after');
  assert.equal(verdicts.undo(1)?.id, newest.id);
  expectInForce('before');
  assert.equal(verdicts.redo(2)?.id, newest.id);
  expectInForce('after');
}
