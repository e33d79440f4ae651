import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { applicationId, migrate, schemaVersion } from '../../src-main/storage/migrate.ts';
import { latestVersion } from '../../src-main/storage/migrations/index.ts';
import { projectFileName } from '../../src-main/storage/project-files.ts';
import { hasOwnSchema } from '../../src-main/storage/schema-check.ts';
import { addSamples, impatientFiles, makeTemporaryFolder } from '../factories/make-project.ts';

const versions = Array.from({ length: latestVersion }, (_, index) => index + 1);

let temporary: ReturnType<typeof makeTemporaryFolder>;
beforeEach(() => {
  temporary = makeTemporaryFolder();
});
afterEach(() => temporary.remove());

function makeOldProject(version: number): string {
  const database = new Database(join(temporary.folder, projectFileName));
  migrate(database, version);
  database.prepare('INSERT INTO project (id, name, created_at_ms) VALUES (1, ?, ?)').run('Old', 5);
  database.close();
  return temporary.folder;
}

describe.each(versions)('a project of version %i', (version) => {
  it('is brought up to date, keeps its content, and works', () => {
    const project = impatientFiles.open(makeOldProject(version));
    expect(project.info).toMatchObject({ name: 'Old', createdAtMs: 5, isReadOnly: false });
    addSamples(project, 3);
    expect(project.samples.count()).toBe(3);
    project.close();
    const database = new Database(join(temporary.folder, projectFileName), { readonly: true });
    expect(schemaVersion(database)).toBe(latestVersion);
    expect(hasOwnSchema(database, latestVersion)).toBe(true);
    database.close();
  });
});

describe('migrate', () => {
  it('is all or nothing', () => {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE sample_scores (in_the_way INTEGER)');
    expect(() => migrate(database)).toThrow(/sample_scores/);
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    expect([tables, schemaVersion(database)]).toEqual([['sample_scores'], 0]);
  });

  it('changes nothing in a database that is up to date', () => {
    const database = new Database(':memory:');
    migrate(database);
    migrate(database);
    expect(schemaVersion(database)).toBe(latestVersion);
    expect(database.pragma('application_id', { simple: true })).toBe(applicationId);
  });

  it('makes strict tables only', () => {
    const database = new Database(':memory:');
    migrate(database);
    const loose = database
      .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'`)
      .all();
    expect(loose).toEqual([]);
  });
});
