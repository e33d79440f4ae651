/** Opening a project of an older format: it has the old one or the new one, every row, and a copy of before. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrate, schemaVersion } from '../../../../src-main/storage/migrate.ts';
import { latestVersion } from '../../../../src-main/storage/migrations/index.ts';
import { projectFileName, SqliteProjectFiles } from '../../../../src-main/storage/project-files.ts';
import { checkProject } from '../check-project.ts';
import type { Scenario } from '../scenario.ts';

const sampleCount = 20_000;
/** Before verdicts, journal and ranked lists were made anew: the steps that move the most rows are still to come. */
const oldVersion = 5;

function putBack(folder: string): void {
  const project = join(folder, 'project');
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project);
  copyFileSync(join(folder, 'old.sqlite'), join(project, projectFileName));
}

export const scenario: Scenario = {
  longestMs: 350,
  prepare: async (folder) => {
    const database = new Database(join(folder, 'old.sqlite'));
    database.pragma('journal_mode = WAL');
    migrate(database, oldVersion);
    database.transaction(() => {
      database.exec(
        `INSERT INTO project (id, name, created_at_ms) VALUES (1, 'Old', 1); INSERT INTO classes (name) VALUES ('a'), ('b')`,
      );
      const sample =
        database.prepare(`INSERT INTO samples (path, content_hash, size_bytes, modified_at_ms, width, height, given_class_id, presence)
        VALUES (?, ?, 1, 1, 1, 1, 1, 'present')`);
      for (let index = 0; index < sampleCount; index += 1) sample.run(`${index}.png`, String(index));
      database.exec(`INSERT INTO verdicts (sample_id, decision) SELECT id, 'drop' FROM samples;
        INSERT INTO journal_entries (title, created_at_ms, change_count, state, state_changed_at_ms) VALUES ('all', 1, ${sampleCount}, 'done', 1);
        INSERT INTO journal_changes (entry_id, sample_id, after_decision) SELECT 1, id, 'drop' FROM samples`);
    })();
    database.close();
    putBack(folder);
  },
  work: async (folder, acknowledge) => {
    new SqliteProjectFiles().open(join(folder, 'project'));
    acknowledge('open');
  },
  check: async (folder, acknowledged) => {
    const project = join(folder, 'project');
    const database = new Database(join(project, projectFileName), { readonly: true });
    const version = schemaVersion(database);
    database.close();
    assert.ok(version === oldVersion || version === latestVersion, `version ${version}`);
    if (acknowledged.includes('open')) assert.equal(version, latestVersion);
    if (version === latestVersion)
      assert.ok(readdirSync(join(project, 'backups')).some((name) => name.endsWith('-migration.sqlite')));
    await checkProject(project, ({ samples, verdicts }) => {
      assert.equal(samples.count(), sampleCount);
      assert.equal(verdicts.all().size, sampleCount);
    });
    putBack(folder);
  },
};
