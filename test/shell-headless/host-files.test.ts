import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBugLog } from '../../src-main/shell-headless/host/bug-log.ts';
import { openUserFiles } from '../../src-main/shell-headless/host/json-user-files.ts';
import { createFolderBrowser } from '../../src-main/shell-headless/host/local-folder-browser.ts';
import { createCacheFiles, createCheckpointFiles } from '../../src-main/shell-headless/host/project-side-files.ts';
import { userDataFolder } from '../../src-main/shell-headless/host/user-data-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'touchstone-host-')));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the user-data folder', () => {
  it('is TOUCHSTONE_HOME where that is set, else a place of the system', () => {
    expect(userDataFolder({ TOUCHSTONE_HOME: folder })).toBe(folder);
    expect(path.isAbsolute(userDataFolder({}))).toBe(true);
    expect(userDataFolder({})).toContain('Touchstone');
  });
});

describe('user files', () => {
  it('keep preferences and recent projects over a restart', async () => {
    const files = openUserFiles(folder);
    const recent = [{ folder: '/p', name: 'P', openedAtMs: 5 }];
    await Promise.all([
      files.setPreference('keys', 'K'),
      files.setPreference('__proto__', 'x'),
      files.setPreference('gone', 'y'),
      files.setPreference('gone', null),
      files.setRecentProjects(recent),
    ]);
    const again = openUserFiles(folder);
    expect(again.preference('keys')).toBe('K');
    expect(again.preference('__proto__')).toBe('x');
    expect(again.preference('gone')).toBeNull();
    expect(again.preference('toString')).toBeNull();
    expect(again.recentProjects()).toEqual(recent);
    expect(await readdir(folder)).toEqual(['user.json']);
  });

  it.each(['', '{', '[]', '{"preferences":{}}'])('that are damaged (%j) are put aside', async (text) => {
    await writeFile(path.join(folder, 'user.json'), text);
    const files = openUserFiles(folder);
    expect(files.recentProjects()).toEqual([]);
    expect(await readFile(path.join(folder, 'user.json.damaged'), 'utf8')).toBe(text);
  });

  it('say why they cannot be written', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    await expect(openUserFiles(file).setPreference('a', 'b')).rejects.toMatchObject({ name: 'TouchstoneError' });
  });
});

describe('checkpoints', () => {
  it('are written whole, read back and removed', async () => {
    const files = createCheckpointFiles();
    const bytes = Uint8Array.from([1, 2, 3]);
    await files.write(folder, 'run-1-epoch-2', bytes);
    expect(Uint8Array.from(await files.read(folder, 'run-1-epoch-2'))).toEqual(bytes);
    expect(await readdir(path.join(folder, 'checkpoints'))).toEqual(['run-1-epoch-2']);
    await files.remove(folder, 'run-1-epoch-2');
    await files.remove(folder, 'run-1-epoch-2');
    await expect(files.read(folder, 'run-1-epoch-2')).rejects.toMatchObject({ code: 'checkpoint-damaged' });
  });

  it.each(['../project.sqlite', '/etc/passwd', '..', '.hidden', 'a/b', 'a\\b', '', 'a\0'])(
    'named %j are refused: the name comes from the project file',
    async (name) => {
      const files = createCheckpointFiles();
      await expect(files.read(folder, name)).rejects.toMatchObject({ code: 'checkpoint-damaged' });
      await expect(files.write(folder, name, new Uint8Array())).rejects.toMatchObject({ code: 'checkpoint-damaged' });
      await expect(files.remove(folder, name)).rejects.toMatchObject({ code: 'checkpoint-damaged' });
    },
  );
});

describe('the cache', () => {
  it('is measured and deleted, and nothing beside it', async () => {
    const files = createCacheFiles();
    expect(await files.sizeBytes(folder)).toBe(0);
    await mkdir(path.join(folder, 'cache', 'thumbnails'), { recursive: true });
    await writeFile(path.join(folder, 'cache', 'thumbnails', 'a.jpg'), 'x'.repeat(1000));
    await writeFile(path.join(folder, 'project.sqlite'), 'kept');
    expect(await files.sizeBytes(folder)).toBe(1000);
    expect(await files.clear(folder)).toBe(1000);
    expect(await files.clear(folder)).toBe(0);
    expect(await readdir(folder)).toEqual(['project.sqlite']);
  });
});

describe('the folder browser', () => {
  beforeEach(async () => {
    await mkdir(path.join(folder, 'allowed', 'images 10'), { recursive: true });
    await mkdir(path.join(folder, 'allowed', 'images 9'));
    await mkdir(path.join(folder, 'allowed', '.hidden'));
    await mkdir(path.join(folder, 'allowed', 'birds'));
    await mkdir(path.join(folder, 'outside'));
    await writeFile(path.join(folder, 'allowed', 'birds', 'project.sqlite'), '');
    await writeFile(path.join(folder, 'allowed', 'labels.csv'), '');
    await writeFile(path.join(folder, 'allowed', 'notes.txt'), '');
    await symlink(path.join(folder, 'outside'), path.join(folder, 'allowed', 'way-out'), 'junction');
  });

  it('shows folders, projects and manifests, in the order that people count', async () => {
    const { entries, parent } = await createFolderBrowser().list(path.join(folder, 'allowed'));
    expect(parent).toBe(folder);
    expect(entries).toEqual([
      { name: 'birds', kind: 'project' },
      { name: 'images 9', kind: 'folder' },
      { name: 'images 10', kind: 'folder' },
      { name: 'labels.csv', kind: 'manifest' },
      { name: 'way-out', kind: 'folder' },
    ]);
  });

  it('keeps to what it may show, through dots and links', async () => {
    const allowed = path.join(folder, 'allowed');
    const browser = createFolderBrowser([allowed]);
    expect(await browser.list(undefined)).toMatchObject({ folder: allowed, parent: null });
    for (const way of ['..', 'way-out', '../outside', '/']) {
      await expect(browser.list(path.resolve(allowed, way))).rejects.toMatchObject({ code: 'permission-denied' });
    }
  });

  it('says what is wrong with a folder', async () => {
    const browser = createFolderBrowser();
    await expect(browser.list(path.join(folder, 'nothing'))).rejects.toMatchObject({ code: 'folder-not-found' });
    const file = path.join(folder, 'allowed', 'notes.txt');
    await expect(browser.list(file)).rejects.toMatchObject({
      code: 'folder-not-readable',
      message: `${file} is a file. Choose the folder that it lies in.`,
    });
    expect(await browser.isFolder(folder)).toBe(true);
    expect(await browser.isFolder(path.join(folder, 'allowed', 'notes.txt'))).toBe(false);
    expect(await browser.isFolder('')).toBe(false);
  });
});

describe('the bug log', () => {
  const logFile = (): string => path.join(folder, 'logs', 'touchstone.log');

  it('holds each bug with its stack under the id that the user sees', async () => {
    const report = createBugLog(folder, '1.2.3');
    const id = report(new TypeError('wrong', { cause: new Error('inner') }));
    report('not an error');
    const lines = (await readFile(logFile(), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines[0]).toMatchObject({
      reportId: id,
      version: '1.2.3',
      message: 'TypeError: wrong',
      cause: 'Error: inner',
    });
    expect(lines[1]).toMatchObject({ message: 'not an error' });
  });

  it('starts a new file when the old one is large, and never fails', async () => {
    const report = createBugLog(folder, '1.2.3');
    await mkdir(path.join(folder, 'logs'));
    await writeFile(logFile(), 'x'.repeat(5_000_000));
    report(new Error('next'));
    expect((await readFile(logFile(), 'utf8')).split('\n').length).toBe(2);
    expect(existsSync(`${logFile()}.1`)).toBe(true);
    const blocked = path.join(folder, 'file');
    await writeFile(blocked, '');
    expect(createBugLog(blocked, '1')(new Error('x'))).toMatch(/^[\da-f]{8}$/);
  });
});
