/** Rescue: after any damage the project opens, and what the file or its backup still holds is there. */
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectStores } from '../../src-main/services/ports/project-files.ts';
import type { RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { projectFileName } from '../../src-main/storage/project-files.ts';
import { createProjectRepair } from '../../src-main/storage/repair/project-repair.ts';
import { addRun, addSamples, impatientFiles, makeTemporaryFolder } from '../factories/make-project.ts';
import { makeRunScores } from '../factories/make-signals.ts';

const repair = createProjectRepair();
const pageBytes = 4_096;

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = makeTemporaryFolder());
});
afterEach(() => remove());

const file = (): string => join(folder, projectFileName);

/** A project with samples, a ranked run, and decisions of which some were undone. */
async function makeProject({ withBackup = false } = {}): Promise<RunId> {
  const project = impatientFiles.create(folder, 'Birds');
  project.setSource({ folder: '/pictures', labels: { kind: 'folders' } });
  addSamples(project, 1_500, 3);
  const { id } = addRun(project);
  await project.runs.writeScores(id, makeRunScores(1_500));
  project.runs.setStatus(id, 'finished', 5);
  const ids = project.samples.all().map((sample) => sample.id);
  decide(project, ids.slice(0, 400), 'drop');
  decide(project, ids.slice(200, 600), 'keep');
  decide(project, ids.slice(700, 800), 'unsure');
  project.verdicts.undo(9);
  if (withBackup) await project.backUp('daily', 1);
  project.close();
  return id;
}

function decide(project: ProjectStores, ids: readonly SampleId[], kind: 'drop' | 'keep' | 'unsure'): void {
  const changes = ids.map((sampleId) => ({ sampleId, after: { decision: { kind }, trustedClassId: null } as const }));
  project.verdicts.apply(kind, changes, 3);
}

function overwrite(...pages: readonly number[]): void {
  const bytes = readFileSync(file());
  for (const page of pages) bytes.fill(0x5a, (page - 1) * pageBytes, page * pageBytes);
  writeFileSync(file(), bytes);
}

/** What must not be lost, as plain data. */
function contents(): unknown {
  const project = impatientFiles.open(folder);
  try {
    const { samples, verdicts, runs } = project;
    const top = runs.ranked({ runId: 1 as RunId, by: 'suspicion', limit: 20 }).map(({ sample }) => sample.id);
    return {
      info: [project.info.name, project.info.source, project.info.isReadOnly],
      classes: samples.classes(),
      samples: samples.all(),
      verdicts: [...verdicts.all()],
      journal: verdicts.journal(100),
      top,
    };
  } finally {
    project.close();
  }
}

function integrity(): unknown {
  const database = new Database(file(), { readonly: true });
  const found = [database.pragma('integrity_check', { simple: true }), database.pragma('foreign_key_check')];
  database.close();
  return found;
}

describe('a check', () => {
  it('finds nothing in a sound file, and damage, absence and strangers by name', async () => {
    await makeProject();
    expect(await repair.check(folder)).toEqual({ state: 'sound', findings: [] });
    overwrite(12);
    const damaged = await repair.check(folder);
    expect(damaged.state).toBe('damaged');
    expect(damaged.findings.join()).toMatch(/page|malformed|wrong/i);
    writeFileSync(file(), 'no database');
    expect((await repair.check(folder)).state).toBe('unreadable');
    rmSync(file());
    expect((await repair.check(folder)).state).toBe('missing');
  });
});

describe('a rescue', () => {
  it('of a file whose pages are damaged anywhere gives a sound one, and loses nothing that the backup has', async () => {
    await makeProject({ withBackup: true });
    const whole = contents();
    const original = readFileSync(file());
    const pages = original.length / pageBytes;
    const random = createRandom(4);
    for (let round = 0; round < 12; round += 1) {
      writeFileSync(file(), original);
      overwrite(...Array.from({ length: 1 + random.integer(3) }, () => 2 + random.integer(pages - 1)));
      const { keptAs } = await repair.rescue(folder, round);
      expect(existsSync(join(keptAs, projectFileName))).toBe(true);
      expect(integrity()).toEqual(['ok', []]);
      expect(contents()).toEqual(whole);
    }
  }, 50_000);

  it('without a backup keeps every row outside of the damaged pages, and the project works', async () => {
    await makeProject();
    const original = readFileSync(file());
    const pages = original.length / pageBytes;
    for (let page = 2; page <= pages; page += Math.ceil(pages / 12)) {
      writeFileSync(file(), original);
      overwrite(page);
      const { tables } = await repair.rescue(folder, page);
      expect(integrity()).toEqual(['ok', []]);
      const samples = tables.find(({ table }) => table === 'samples');
      // A page of samples holds some thirty of them; only the root of the table takes more with it.
      if (samples?.hasLosses !== true) expect(samples?.read).toBe(1_500);
      const project = impatientFiles.open(folder);
      const [first] = project.samples.all();
      if (first) decide(project, [first.id], 'drop');
      project.verdicts.undo(99);
      project.close();
    }
  }, 50_000);

  it('brings back a file whose header was overwritten', async () => {
    await makeProject();
    const whole = contents();
    const bytes = readFileSync(file());
    writeFileSync(file(), bytes.fill(0x5a, 0, 100));
    await repair.rescue(folder, 1);
    expect(contents()).toEqual(whole);
  });

  it('makes verdicts anew from the journal where only theirs are lost', async () => {
    await makeProject();
    const whole = contents();
    const database = new Database(file());
    const root = Number(database.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'verdicts'`).pluck().get());
    database.close();
    overwrite(root);
    const { remarks } = await repair.rescue(folder, 1);
    expect(remarks.join()).toContain('600 verdicts were made anew');
    expect(contents()).toEqual(whole);
  });

  it('of a file that was cut off keeps what is in front of the cut', async () => {
    await makeProject();
    truncateSync(file(), Math.floor(readFileSync(file()).length * 0.6));
    const { tables } = await repair.rescue(folder, 1);
    expect(integrity()).toEqual(['ok', []]);
    expect(tables.find(({ table }) => table === 'samples')?.read).toBeGreaterThan(1_000);
  });

  it('falls back on the backup where nothing can be read at all, and says so where there is none', async () => {
    await makeProject({ withBackup: true });
    const whole = contents();
    writeFileSync(file(), Buffer.alloc(100_000, 0x5a));
    expect((await repair.rescue(folder, 1)).backup).toMatch(/daily/);
    expect(contents()).toEqual(whole);
    rmSync(join(folder, 'backups'), { recursive: true });
    writeFileSync(file(), Buffer.alloc(100_000, 0x5a));
    await expect(repair.rescue(folder, 2)).rejects.toThrow('Nothing can be read');
    expect(readFileSync(file())).toHaveLength(100_000);
  });

  it('is refused while another connection has the project open', async () => {
    await makeProject();
    const project = impatientFiles.open(folder);
    await expect(repair.rescue(folder, 1)).rejects.toMatchObject({ code: 'project-locked' });
    project.close();
    await repair.rescue(folder, 1);
  });
});

describe('restoring', () => {
  it('puts a backup in place and makes a backup of what was there', async () => {
    await makeProject({ withBackup: true });
    const whole = contents();
    const project = impatientFiles.open(folder);
    project.verdicts.undo(50);
    project.setName('Changed');
    project.close();
    const kept = repair.restore(folder, '1', 2);
    expect(contents()).toEqual(whole);
    expect(repair.backups(folder).map(({ reason }) => reason)).toEqual(['daily', 'restore']);
    repair.restore(folder, kept.split('/').at(-1) ?? '', 3);
    expect(impatientFiles.open(folder).info.name).toBe('Changed');
  });

  it('names the backups there are where the wanted one is not', async () => {
    await makeProject({ withBackup: true });
    expect(() => repair.restore(folder, '17', 2)).toThrow(/no backup 17.*0001-/);
  });
});

it('a file that waits for its place since a kill is put there by the next look', async () => {
  await makeProject();
  const whole = contents();
  writeFileSync(join(folder, 'project.rescued.sqlite'), readFileSync(file()));
  writeFileSync(file(), 'damaged');
  writeFileSync(`${file()}-wal`, 'a log of the old file');
  expect((await repair.check(folder)).state).toBe('sound');
  expect(contents()).toEqual(whole);
});

it('what killed processes left is removed, and nothing else', async () => {
  await makeProject({ withBackup: true });
  const left = [
    '.project-1.unfinished',
    '.rescue-1.unfinished',
    'backups/.1.unfinished',
    'backups/.1.unfinished-journal',
  ];
  for (const name of left) writeFileSync(join(folder, name), 'x');
  writeFileSync(join(folder, 'notes.txt'), 'x');
  expect(repair.removeUnfinished(folder)).toHaveLength(left.length);
  expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  expect(repair.backups(folder)).toHaveLength(1);
});
