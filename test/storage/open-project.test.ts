/** What opening does with files that are missing, newer, foreign, damaged, locked or protected. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import { latestVersion } from '../../src-main/storage/migrations/index.ts';
import { projectFileName } from '../../src-main/storage/project-files.ts';
import { addSamples, impatientFiles, makeTemporaryFolder } from '../factories/make-project.ts';

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = makeTemporaryFolder());
});
afterEach(() => {
  chmodSync(folder, 0o755);
  remove();
});

function fileOf(projectFolder = folder): string {
  return join(projectFolder, projectFileName);
}

function makeProject(sampleCount = 0): void {
  const project = impatientFiles.create(folder, 'Test');
  addSamples(project, sampleCount);
  project.close();
}

/** Changes the file behind the app's back. */
function tamper(sql: string): void {
  const database = new Database(fileOf());
  database.unsafeMode();
  database.exec(sql);
  database.close();
}

function errorOf(action: () => unknown): TouchstoneError {
  try {
    action();
  } catch (error) {
    if (error instanceof TouchstoneError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('a folder without a project', () => {
  it.each(['', 'missing/deeper'])('is named ("%s")', (below) => {
    const error = errorOf(() => impatientFiles.open(join(folder, below)));
    expect(error.code).toBe('project-not-found');
    expect(error.message).toContain(join(folder, below));
  });
});

describe('creating', () => {
  it('makes the folders on the way and leaves nothing but the project file', () => {
    const deep = join(folder, 'a', 'b');
    const project = impatientFiles.create(deep, 'Deep');
    expect(project.info).toMatchObject({ folder: deep, name: 'Deep', source: null, isReadOnly: false });
    project.close();
    expect(statSync(fileOf(deep)).isFile()).toBe(true);
    expect(readFileSync(fileOf(deep)).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('reports a place where no folder can be made', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(errorOf(() => impatientFiles.create(join(folder, 'file', 'project'), 'x')).code).toBe('file-system');
  });
});

describe('a project that this app cannot know', () => {
  it('from a newer app is refused, with both versions, and not touched', () => {
    makeProject();
    tamper(`PRAGMA user_version = ${latestVersion + 3}`);
    const before = readFileSync(fileOf());
    const error = errorOf(() => impatientFiles.open(folder));
    expect([error.code, error.details['projectVersion'], error.details['appVersion']]).toEqual([
      'project-newer-than-app',
      latestVersion + 3,
      latestVersion,
    ]);
    expect(readFileSync(fileOf()).equals(before)).toBe(true);
  });

  it.each([
    ['a trigger', 'CREATE TRIGGER evil AFTER INSERT ON samples BEGIN DELETE FROM verdicts; END'],
    ['a view', 'CREATE VIEW evil AS SELECT * FROM samples'],
    ['a view in place of a table', 'DROP TABLE problems; CREATE VIEW problems AS SELECT 1 AS id'],
    ['another column', 'ALTER TABLE samples ADD COLUMN evil INTEGER'],
    ['a missing index', 'DROP INDEX samples_by_hash'],
    ['another application id', 'PRAGMA application_id = 42'],
  ])('prepared by someone else with %s is refused', (_, sql) => {
    makeProject();
    tamper(sql);
    expect(errorOf(() => impatientFiles.open(folder)).code).toBe('project-damaged');
  });

  it('behind a link is refused', () => {
    makeProject();
    const other = join(folder, 'other');
    mkdirSync(other);
    symlinkSync(fileOf(), fileOf(other));
    expect(errorOf(() => impatientFiles.open(other)).code).toBe('project-damaged');
  });
});

describe('a damaged project', () => {
  it.each([
    ['its header is overwritten', (bytes: Buffer) => bytes.fill(0x5a, 0, 100)],
    ['its header names an unknown format', (bytes: Buffer) => bytes.fill(0x7f, 44, 48)],
    ['its first page is overwritten', (bytes: Buffer) => bytes.fill(0x5a, 100, 4_096)],
    ['it is empty', (bytes: Buffer) => bytes.subarray(0, 0)],
    ['it is text', () => Buffer.from('not a database at all\n'.repeat(100))],
  ])('is refused where %s', (_, damage: (bytes: Buffer) => Buffer) => {
    makeProject(500);
    writeFileSync(fileOf(), damage(readFileSync(fileOf())));
    expect(errorOf(() => impatientFiles.open(folder)).code).toBe('project-damaged');
  });

  it('is opened for reading where a page in the middle is overwritten', () => {
    makeProject(3_000);
    const bytes = readFileSync(fileOf());
    const middle = 4_096 * Math.floor(bytes.length / 4_096 / 2);
    writeFileSync(fileOf(), bytes.fill(0x5a, middle, middle + 4_096));
    const project = impatientFiles.open(folder);
    expect(project.info).toMatchObject({ name: 'Test', isReadOnly: true });
    expect(project.samples.classes()).toHaveLength(2);
    expect(errorOf(() => project.setName('x')).code).toBe('project-read-only');
    expect(errorOf(() => project.verdicts.undo(1)).code).toBe('project-read-only');
    project.close();
  });

  it('that shows its damage only while it is open is not written to any more', () => {
    makeProject(3_000);
    const project = impatientFiles.open(folder);
    const bytes = readFileSync(fileOf());
    writeFileSync(fileOf(), bytes.fill(0x5a, 4_096 * 12));
    expect(errorOf(() => project.samples.all()).code).toBe('project-damaged');
    expect(project.info.isReadOnly).toBe(true);
    expect(errorOf(() => project.setName('x')).code).toBe('project-read-only');
    project.close();
  });
});

describe('two processes', () => {
  it('see what the other one has changed', () => {
    makeProject();
    const [one, two] = [impatientFiles.open(folder), impatientFiles.open(folder)];
    addSamples(one, 3);
    const changes = two.samples
      .all()
      .map(({ id }) => ({ sampleId: id, after: { decision: { kind: 'drop' }, trustedClassId: null } as const }));
    two.verdicts.apply('drop', changes, 1);
    expect(one.verdicts.decisions().size).toBe(3);
    expect(one.verdicts.undo(2)?.title).toBe('drop');
    expect(two.verdicts.decisions().size).toBe(0);
    one.close();
    two.setName('still open');
    two.close();
  });

  it.each([
    ['write', 'writing'],
    ['everything', 'opening'],
  ])('of which one locks %s get a clear error on %s', async (extent, failing) => {
    makeProject();
    const child = join(import.meta.dirname, 'children', 'hold-lock.ts');
    const holder = spawn(process.execPath, [child, fileOf(), extent], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      const error = errorOf(() => {
        const project = impatientFiles.open(folder);
        try {
          expect(failing).toBe('writing');
          project.setName('x');
        } finally {
          project.close();
        }
      });
      expect(error.code).toBe('project-locked');
      expect(error.message).toContain(fileOf());
    } finally {
      holder.kill('SIGKILL');
    }
  });
});

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** Opens the project as a user that may not write there. Root may write anywhere, so it becomes someone else first. */
function openAsStranger(): unknown {
  const sources = pathToFileURL(join(import.meta.dirname, '../../src-main/storage/project-files.ts')).href;
  const script = `
    import { SqliteProjectFiles } from ${JSON.stringify(sources)};
    if (${isRoot}) process.setuid(${nobody});
    try {
      const project = new SqliteProjectFiles().open(${JSON.stringify(folder)});
      const seen = [project.info.isReadOnly, project.samples.count()];
      let code = 'written';
      try { project.setName('x'); } catch (error) { code = error.code; }
      console.log(JSON.stringify([...seen, code]));
    } catch (error) { console.log(JSON.stringify(error.code ?? String(error))); }`;
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  return JSON.parse(result.stdout === '' ? JSON.stringify(result.stderr) : result.stdout);
}

describe.skipIf(process.platform === 'win32')('a project that may not be written', () => {
  it('is opened for reading where the folder is protected', () => {
    makeProject(5);
    chmodSync(fileOf(), 0o444);
    chmodSync(folder, 0o555);
    expect(openAsStranger()).toEqual([true, 5, 'project-read-only']);
  });

  it('is refused where it may not even be read', () => {
    makeProject();
    chmodSync(folder, 0o755);
    chmodSync(fileOf(), 0o000);
    expect(openAsStranger()).toBe('permission-denied');
  });

  it('shows even the newest changes, which still lie in the log', () => {
    const project = impatientFiles.create(folder, 'Test');
    addSamples(project, 5);
    const parent = folder;
    folder = join(parent, 'copy');
    mkdirSync(folder);
    for (const suffix of ['', '-wal']) copyFileSync(fileOf(parent) + suffix, fileOf() + suffix);
    project.close();
    chmodSync(parent, 0o755);
    chmodSync(folder, 0o555);
    expect(openAsStranger()).toEqual([true, 5, 'project-read-only']);
  });

  it('is opened for reading where only the file is protected', () => {
    makeProject(5);
    chmodSync(fileOf(), 0o444);
    chmodSync(folder, 0o777);
    expect(openAsStranger()).toEqual([true, 5, 'project-read-only']);
  });
});
