/** The world around the app turns against it: each case ends with a message that says what to do, and nothing is lost. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ActionResult } from '../../src-main/contract/payloads.ts';
import { inspectFiles } from '../../src-main/media/image-inspection.ts';
import { SqliteProjectFiles } from '../../src-main/storage/project-files.ts';
import { makeTemporaryFolder } from '../factories/make-project.ts';
import {
  startHost,
  trainOnce,
  trustFirst,
  withHost,
  withImportedProject,
  writePicture,
  type TestProject,
} from '../factories/make-services.ts';
import { checkProject } from '../soak/kills/check-project.ts';
import { drawImages } from '../soak/kills/drawn-images.ts';

const launcher = resolve(import.meta.dirname, '../../src-main/shell-headless/touchstone.mjs');
const all = { by: 'suspicion', filter: {} } as const;

interface Answer {
  readonly code: number | null;
  readonly json: { readonly error?: { readonly code: string; readonly message: string } } & Readonly<
    Record<string, unknown>
  >;
}

/** The command line with a changed environment, under a limit on the size of files where one is given. */
function runCli(args: readonly string[], env: NodeJS.ProcessEnv, largestFileKib?: number): Answer {
  const command = [process.execPath, launcher, ...args, '--json'];
  // The signal for too large a file is ignored, as on a full disk: then writing fails with an error.
  const limited = ['-c', `trap '' XFSZ; ulimit -f ${largestFileKib}; exec "$@"`, 'bash', ...command];
  const [program = '', ...rest] = largestFileKib === undefined ? command : ['bash', ...limited];
  const { status, stdout, stderr } = spawnSync(program, rest, {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  const json: unknown = stdout === '' ? { stderr } : JSON.parse(stdout);
  return { code: status, json: json as Answer['json'] };
}

async function exportTo(project: TestProject, folder: string): Promise<unknown> {
  const { call, finish, projectId } = project;
  const { jobId } = await call('export/start', { projectId, folder, format: 'folders', link: 'copy' });
  return finish('export', jobId);
}

describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  it('stops an import with the file and what to do; what was there is there, and the next import goes on', async () => {
    const { folder, remove } = makeTemporaryFolder();
    try {
      const [home, project, pictures] = [join(folder, 'home'), join(folder, 'project'), join(folder, 'pictures')];
      const env = { TOUCHSTONE_HOME: home };
      await drawImages(pictures, 120);
      runCli(['create', project], env);
      const full = runCli(['import', project, pictures], env, 40);
      expect(full.code).toBe(1);
      expect(['disk-full', 'file-system']).toContain(full.json.error?.code);
      expect(full.json.error?.message).toContain('project.sqlite');
      expect(full.json.error?.message).toMatch(/try again/);
      await checkProject(project);
      expect(runCli(['import', project, pictures], env).json).toMatchObject({ samples: 360 });
      const target = join(folder, 'clean');
      const half = runCli(['export', project, target], env, 1);
      expect(half.json.error?.message).toMatch(/disk|size/);
      expect(readdirSync(folder).filter((name) => name.startsWith('clean'))).toEqual([]);
      expect(runCli(['export', project, target], env).json).toMatchObject({ files: 360 });
      await checkProject(project);
    } finally {
      remove();
    }
  });
});

describe('a source folder', () => {
  it('that is gone keeps the project usable, is named where it is needed, and nothing is exported', () =>
    withImportedProject(3, async (project) => {
      const { call, projectId, pictures, folder } = project;
      await trustFirst(project, 1);
      await trainOnce(project);
      renameSync(pictures, `${pictures}-away`);
      const page = await call('review/page', { projectId, query: all, offset: 0, limit: 10 });
      expect(page.total).toBe(9);
      const [row] = page.rows;
      await call('decide/apply', { projectId, target: { sampleIds: [row!.id] }, action: { kind: 'drop' } });
      await expect(exportTo(project, join(folder, 'clean'))).rejects.toThrow(pictures);
      expect(readdirSync(folder).filter((name) => name.startsWith('clean'))).toEqual([]);
      const { jobId } = await call('import/start', {
        projectId,
        folder: pictures,
        labels: { kind: 'folders' },
        update: true,
      });
      await expect(project.finish('import', jobId)).rejects.toThrow('does not exist');
      expect((await call('project/status', { projectId })).samples).toEqual({ present: 9, gone: 0 });
      renameSync(`${pictures}-away`, pictures);
      await exportTo(project, join(folder, 'clean'));
    }));

  it('that is half gone names the first missing image; an update leaves the others and their decisions', () =>
    withImportedProject(4, async (project) => {
      const { call, finish, projectId, pictures, folder } = project;
      await trustFirst(project, 1);
      rmSync(join(pictures, 'red', '02.png'));
      rmSync(join(pictures, 'green'), { recursive: true });
      await expect(exportTo(project, join(folder, 'clean'))).rejects.toThrow(/\.png/);
      expect(existsSync(join(folder, 'clean'))).toBe(false);
      const { jobId } = await call('import/start', {
        projectId,
        folder: pictures,
        labels: { kind: 'folders' },
        update: true,
      });
      expect(await finish('import', jobId)).toMatchObject({ gone: 5, unchanged: 7 });
      await exportTo(project, join(folder, 'clean'));
    }));

  it('whose files change while they are read gives each file as it was at one moment, or a reason', async () => {
    const { folder, remove } = makeTemporaryFolder();
    try {
      await drawImages(folder, 2);
      const file = join(folder, 'ant', '000.png');
      const [one, two] = [readFileSync(file), readFileSync(join(folder, 'ant', '001.png'))];
      let isChanging = true;
      const changing = (async () => {
        for (let round = 0; isChanging; round += 1) {
          writeFileSync(file, round % 3 === 0 ? one.subarray(0, 100) : round % 3 === 1 ? two : one);
          await wait(0);
        }
      })();
      const known = new Set<string>();
      for (let round = 0; round < 150; round += 1) {
        for await (const { found, problem } of inspectFiles(folder, [{ path: 'ant/000.png', label: 'a' }], new Map())) {
          if (found) known.add(found.contentHash);
          else expect(problem?.reason).toMatch(/missing|shorter|empty|decoded/i);
        }
      }
      isChanging = false;
      await changing;
      expect(known.size).toBeGreaterThan(0);
      expect(known.size).toBeLessThanOrEqual(2);
    } finally {
      remove();
    }
  });
});

it('a clock that was set back changes no order: not of the journal, the runs or undo', () =>
  withHost(
    async (host, folder) => {
      const { call } = host;
      await drawImages(join(folder, 'pictures'), 3);
      const { projectId } = await call('project/create', { folder: join(folder, 'project') });
      const source = { folder: join(folder, 'pictures'), labels: { kind: 'folders' } } as const;
      await host.finish('import', (await call('import/start', { projectId, ...source })).jobId);
      const sampleIds = await call('review/ids', { projectId, query: all, offset: 0, limit: 3 });
      const done: ActionResult[] = [];
      for (const kind of ['drop', 'keep', 'unsure'] as const) {
        done.push(await call('decide/apply', { projectId, target: { sampleIds }, action: { kind } }));
      }
      const journal = await call('decide/journal', { projectId, limit: 10 });
      expect(journal.map(({ id }) => id)).toEqual(done.map(({ entry }) => entry?.id).toReversed());
      expect(journal[0]!.createdAtMs).toBeLessThan(journal[2]!.createdAtMs);
      expect((await call('decide/undo', { projectId })).entry?.id).toBe(done[2]?.entry?.id);
      expect((await call('project/status', { projectId })).decisions.keep).toBe(3);
      const { jobId } = await call('import/start', { projectId, ...source, update: true });
      expect(await host.finish('import', jobId)).toMatchObject({ unchanged: 9 });
    },
    {
      clock: {
        nowMs: (() => {
          let now = 2e12;
          return () => (now -= 3_600_000);
        })(),
      },
    },
  ));

it('two processes decide, import and export at once: both see everything, and nothing is lost', () =>
  withImportedProject(6, async (project) => {
    const { folder, call, projectId, pictures } = project;
    const other = startHost(folder);
    const same = await other.call('project/open', { folder: join(folder, 'project') });
    const ids = await call('review/ids', { projectId, query: all, offset: 0, limit: 18 });
    await writePicture(join(pictures, 'red', 'new.png'), [9, 9, 9]);
    const importing = other.call('import/start', {
      projectId,
      folder: pictures,
      labels: { kind: 'folders' },
      update: true,
    });
    const decide = (host: Pick<TestProject, 'call'>, from: number) =>
      Promise.all(
        ids
          .slice(from, from + 9)
          .map((id) => host.call('decide/apply', { projectId, target: { sampleIds: [id] }, action: { kind: 'drop' } })),
      );
    await Promise.all([
      decide(project, 0),
      decide(other, 9),
      importing.then(({ jobId }) => other.finish('import', jobId)),
    ]);
    for (const host of [project, other]) {
      const status = await host.call('project/status', { projectId: same.projectId });
      expect([status.decisions.drop, status.samples.present]).toEqual([18, 19]);
    }
    await other.services.close();
    await exportTo(project, join(folder, 'clean'));
  }));

describe('a home directory', () => {
  it.skipIf(process.platform === 'win32').each([
    ['is a file', '/etc/hostname'],
    ['lies in a device', '/dev/null'],
  ])('that %s keeps nobody from working on a project', async (_, home) => {
    const { folder, remove } = makeTemporaryFolder();
    try {
      const project = join(folder, 'project');
      expect(runCli(['create', project], { HOME: home }).json).toMatchObject({ project });
      expect(runCli(['status', project], { TOUCHSTONE_HOME: home }).json).toMatchObject({ folder: project });
    } finally {
      remove();
    }
  });
});

describe('classes', () => {
  it('may be a thousand', async () => {
    const { folder, remove } = makeTemporaryFolder();
    try {
      const stores = new SqliteProjectFiles().create(join(folder, 'project'), 'x');
      const sample = { sizeBytes: 1, modifiedAtMs: 1, width: 8, height: 8 };
      stores.samples.upsert(
        Array.from({ length: 3_000 }, (_, index) => ({
          ...{ ...sample, path: `class ${index % 1_000}/${index}.png`, contentHash: String(index).padStart(64, '0') },
          givenLabel: `class ${index % 1_000}`,
        })),
      );
      stores.close();
      const { call, services } = startHost(folder);
      const { projectId, classes } = await call('project/open', { folder: join(folder, 'project') });
      expect(classes).toHaveLength(1_000);
      expect((await call('trust/suggest', { projectId, perClass: 1 })).length).toBe(1_000);
      const last = classes.at(-1)!;
      const query = { by: 'suspicion', filter: { givenClassIds: [last.classId] } } as const;
      expect((await call('review/page', { projectId, query, offset: 0, limit: 10 })).total).toBe(3);
      await services.close();
    } finally {
      remove();
    }
  });

  it('that differ in case or in white space stay apart, from the folder to the export', () =>
    withHost(async (host, folder) => {
      const names = ['cat', 'Cat', 'cat ', ' cat', 'cat.', 'ca\u0301t', 'c\u00e1t'];
      for (const [index, name] of names.entries())
        await writePicture(join(folder, 'pictures', name, 'x.png'), [index, 1, 1]);
      const isKeptApart = readdirSync(join(folder, 'pictures')).length === names.length;
      const { call, finish } = host;
      const { projectId } = await call('project/create', { folder: join(folder, 'project') });
      const source = { folder: join(folder, 'pictures'), labels: { kind: 'folders' } } as const;
      await finish('import', (await call('import/start', { projectId, ...source })).jobId);
      const { classes } = await call('project/status', { projectId });
      // macOS and Windows take some of them for the same folder from the start.
      if (isKeptApart) expect(classes.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      const request = { projectId, folder: join(folder, 'clean'), format: 'folders', link: 'copy' } as const;
      const result = await finish('export', (await call('export/start', request)).jobId);
      expect(result.classes).toHaveLength(classes.length);
      const folders = readdirSync(join(folder, 'clean')).filter((name) => name !== 'manifest.csv');
      const folded = new Set(
        folders.map((name) =>
          name
            .normalize('NFC')
            .toLowerCase()
            .replace(/[. ]+$/, ''),
        ),
      );
      expect(folded.size).toBe(classes.length);
      if (isKeptApart) expect(result.renamed.length).toBeGreaterThanOrEqual(4);
    }));
});

describe.skipIf(process.platform === 'win32')('a folder that may not be written', () => {
  it('is refused for an export with its name, before anything is written', () => {
    const { folder, remove } = makeTemporaryFolder();
    try {
      chmodSync(folder, 0o755);
      mkdirSync(join(folder, 'protected'), { mode: 0o555 });
      const sources = resolve(import.meta.dirname, '../../src-main/media/export-writer.ts');
      // Root may write anywhere, so it becomes someone else first.
      const script = `
        import { createDatasetWriter } from ${JSON.stringify(sources)};
        if (process.getuid() === 0) process.setuid(65534);
        const plan = { datasetFolder: '/tmp', targetFolder: ${JSON.stringify(join(folder, 'protected', 'out'))}, format: 'csv', link: 'copy', items: [], manifest: [] };
        await createDatasetWriter().write(plan).catch((error) => console.log(error.code, error.message));`;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
      expect(stdout).toContain('permission-denied');
      expect(stdout).toContain(join(folder, 'protected'));
    } finally {
      chmodSync(join(folder, 'protected'), 0o755);
      remove();
    }
  });
});
