/** Copies of the project file: when, how many, and that a bad one never pushes out a good one. */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { keptBackups, listBackups } from '../../src-main/storage/backups.ts';
import { migrate, schemaVersion } from '../../src-main/storage/migrate.ts';
import { latestVersion } from '../../src-main/storage/migrations/index.ts';
import { projectFileName } from '../../src-main/storage/project-files.ts';
import { addSamples, impatientFiles, makeTemporaryFolder, withProject } from '../factories/make-project.ts';

const drop = { decision: { kind: 'drop' }, trustedClassId: null } as const;

describe('a backup', () => {
  it('holds what was acknowledged, opens without a log beside it, and the project goes on meanwhile', () =>
    withProject(async (project) => {
      addSamples(project, 3_000);
      const copying = project.backUp('daily', Date.UTC(2026, 10, 21, 9, 30));
      // The copy runs between these.
      for (const { id } of project.samples.all().slice(0, 5)) {
        project.verdicts.apply('drop', [{ sampleId: id, after: drop }], 1);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const file = await copying;
      expect(project.backups()).toMatchObject([
        { file, number: 1, reason: 'daily', madeAtMs: Date.UTC(2026, 10, 21, 9, 30) },
      ]);
      expect(readdirSync(join(project.info.folder, 'backups'))).toEqual(['0001-20261121T093000Z-daily.sqlite']);
      const copy = new Database(file, { readonly: true });
      expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(copy.prepare('SELECT count(*) FROM samples').pluck().get()).toBe(3_000);
      copy.close();
    }));

  it(`is one of at most ${keptBackups}, the newest by number even where the clock was set back`, () =>
    withProject(async (project) => {
      const { folder } = project.info;
      for (let day = 1; day <= keptBackups + 2; day += 1) await project.backUp('daily', Date.UTC(2026, 0, day));
      await project.backUp('daily', Date.UTC(1999, 0, 1));
      const kept = listBackups(folder);
      expect(kept.map(({ number }) => number)).toEqual([4, 5, 6, 7, 8, 9, 10]);
      expect(new Date(kept.at(-1)?.madeAtMs ?? 0).getUTCFullYear()).toBe(1999);
    }));

  it('of a damaged file is refused, and the older ones stay', () =>
    withProject(async (project) => {
      addSamples(project, 3_000);
      await project.backUp('daily', 1);
      const { folder } = project.info;
      project.close();
      const file = join(folder, projectFileName);
      const bytes = readFileSync(file);
      const damaged = impatientFiles.open(folder);
      writeFileSync(file, bytes.fill(0x5a, 4_096 * 10, 4_096 * 40));
      await expect(damaged.backUp('daily', 2)).rejects.toMatchObject({ code: 'project-damaged' });
      damaged.close();
      expect(readdirSync(join(folder, 'backups'))).toHaveLength(1);
    }));

  it('is not disturbed by foreign files in the folder of backups', () =>
    withProject(async (project) => {
      await project.backUp('asked', 1);
      const folder = join(project.info.folder, 'backups');
      for (const name of ['note.txt', '0009-20260101T000000Z-evil.sqlite', '..sqlite'])
        writeFileSync(join(folder, name), 'x');
      for (let number = 0; number < keptBackups + 1; number += 1) await project.backUp('daily', 2);
      expect(project.backups()).toHaveLength(keptBackups);
      expect(existsSync(join(folder, 'note.txt'))).toBe(true);
    }));
});

describe('a migration', () => {
  it('leaves a copy in the old format', () => {
    const { folder, remove } = makeTemporaryFolder();
    try {
      const file = join(folder, projectFileName);
      const old = new Database(file);
      migrate(old, latestVersion - 1);
      old.prepare(`INSERT INTO project (id, name, created_at_ms) VALUES (1, 'Old', 1)`).run();
      old.close();
      copyFileSync(file, join(folder, 'before.sqlite'));
      const project = impatientFiles.open(folder);
      expect(project.backups()).toMatchObject([{ reason: 'migration' }]);
      const copy = new Database(project.backups()[0]?.file, { readonly: true });
      expect(schemaVersion(copy)).toBe(latestVersion - 1);
      expect(copy.prepare('SELECT name FROM project').pluck().get()).toBe('Old');
      copy.close();
      project.close();
    } finally {
      remove();
    }
  });
});
