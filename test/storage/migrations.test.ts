import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import type { ClassId, RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
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

describe('a project with rows', () => {
  it('keeps its verdicts and its journal when their tables are made anew (6)', () => {
    const database = new Database(join(temporary.folder, projectFileName));
    migrate(database, 5);
    database.exec(`INSERT INTO project (id, name, created_at_ms) VALUES (1, 'Old', 5);
      INSERT INTO classes (name) VALUES ('a'), ('b');
      INSERT INTO samples VALUES (1, 'a/1.png', 'hash', 1, 1, 1, 1, 1, 'present');
      INSERT INTO verdicts VALUES (1, 'relabel', 2, NULL);
      INSERT INTO journal_entries VALUES (1, 'relabel 1 image', 7, 1, 'done', 7);
      INSERT INTO journal_changes VALUES (1, 1, NULL, NULL, NULL, 'relabel', 2, NULL);`);
    database.close();
    const { verdicts, ...project } = openOld();
    expect(verdicts.byId(1 as SampleId)).toEqual({ decision: { kind: 'relabel', classId: 2 }, trustedClassId: null });
    expect(verdicts.undo(8)).toMatchObject({ title: 'relabel 1 image', state: 'undone' });
    expect(verdicts.byId(1 as SampleId)).toEqual({ decision: null, trustedClassId: null });
    project.close();
  });

  it('keeps its verdicts when two more decisions are allowed (13), and takes those', () => {
    const database = new Database(join(temporary.folder, projectFileName));
    migrate(database, 12);
    database.exec(`INSERT INTO project (id, name, created_at_ms) VALUES (1, 'Old', 5);
      INSERT INTO classes (name) VALUES ('a'), ('b');
      INSERT INTO samples VALUES (1, 'a/1.png', 'hash', 1, 1, 1, 1, 1, 'present'), (2, 'a/2.png', 'h', 1, 1, 1, 1, 1, 'present');
      INSERT INTO verdicts VALUES (1, 'relabel', 2, NULL);
      INSERT INTO journal_entries VALUES (1, 'relabel 1 image', 7, 1, 'done', 7);
      INSERT INTO journal_changes VALUES (1, 1, NULL, NULL, NULL, 'relabel', 2, NULL);`);
    database.close();
    const { verdicts, ...project } = openOld();
    const [first, second, other] = [1 as SampleId, 2 as SampleId, 2 as ClassId];
    expect(verdicts.byId(first)).toEqual({ decision: { kind: 'relabel', classId: 2 }, trustedClassId: null });
    const both = { decision: { kind: 'both', classId: other }, trustedClassId: null } as const;
    const neither = { decision: { kind: 'neither' }, trustedClassId: null } as const;
    verdicts.apply(
      'two answers',
      [
        { sampleId: first, after: both },
        { sampleId: second, after: neither },
      ],
      9,
    );
    expect([verdicts.byId(first), verdicts.byId(second)]).toEqual([both, neither]);
    verdicts.undo(10);
    verdicts.undo(11);
    expect(verdicts.all().size).toBe(0);
    project.close();
  });

  it('keeps its self-tests when a third kind of errors is counted (15)', () => {
    const database = new Database(join(temporary.folder, projectFileName));
    migrate(database, 14);
    database.exec(`INSERT INTO project (id, name, created_at_ms) VALUES (1, 'Old', 5);
      INSERT INTO runs (status, settings, created_at_ms, trusted_count, has_scores) VALUES ('finished', '{}', 1, 0, 1);
      INSERT INTO self_tests VALUES (1, 20, 18, 60, 0.5, 0.75, NULL, 1, 80, 120);`);
    database.close();
    const project = impatientFiles.open(temporary.folder);
    const kept = project.selfTests.read(1 as RunId)!;
    expect(kept).toEqual({
      ...{ runId: 1, planted: { fromMatrix: 20, hard: 18, uniform: 0 }, cut: 60 },
      recall: { low: 0.5, high: 0.75 },
      precisionOfNext: { low: Number.NaN, high: 1 },
      reviewForMost: { low: 80, high: 120 },
    });
    const again = { ...kept, planted: { fromMatrix: 21, hard: 22, uniform: 23 } };
    project.selfTests.replace(again);
    expect(project.selfTests.read(1 as RunId)).toEqual(again);
    project.close();
  });

  it('keeps its ranked lists when they are packed (7)', () => {
    const database = new Database(join(temporary.folder, projectFileName));
    migrate(database, 6);
    database.exec(`INSERT INTO project (id, name, created_at_ms) VALUES (1, 'Old', 5);
      INSERT INTO classes (name) VALUES ('a');
      INSERT INTO runs (status, settings, created_at_ms, trusted_count, has_scores) VALUES ('finished', '{}', 1, 0, 1);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
      INSERT INTO samples SELECT i, i || '.png', i, 1, 1, 1, 1, 1, 'present' FROM n;
      INSERT INTO sample_scores (run_id, sample_id, suspicion, visits, suggested_class_id) SELECT 1, id, id, 1, 1 FROM samples;
      INSERT INTO score_orders SELECT 1, 1, 0, -id, id FROM samples;`);
    database.close();
    const project = openOld();
    const runId = 1 as RunId;
    const page = project.runs.ranked({ runId, by: 'suspicion', limit: 2000 });
    expect(page.map(({ sample }) => sample.id)).toEqual(Array.from({ length: 1200 }, (_, index) => 1200 - index));
    const before = { score: 700, id: 700 as SampleId };
    const back = project.runs.ranked({ runId, by: 'suspicion', limit: 3, before });
    expect(back.map(({ sample }) => sample.id)).toEqual([703, 702, 701]);
    // Kept since version 10: what simpler methods say. Runs of before have none.
    expect(page[0]?.scores).toMatchObject({ suspicion: 1200, neighbours: Number.NaN, trustedOnly: Number.NaN });
    expect(project.runs.ranked({ runId, by: 'neighbours', limit: 5 })).toEqual([]);
    project.close();
  });
});

function openOld() {
  const project = impatientFiles.open(temporary.folder);
  return { verdicts: project.verdicts, runs: project.runs, close: () => project.close() };
}

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
