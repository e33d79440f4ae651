import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isUpToDate } from '../../src-main/shell-headless/build-app.ts';
import { binaryIn, windowObstacle } from '../../src-main/shell-headless/find-electron.ts';

let folder: string;

/** Seconds since 1970 stand for the order in which files were written. */
async function write(file: string, second: number): Promise<void> {
  const place = path.join(folder, file);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, '');
  await utimes(place, second, second);
  for (let parent = path.dirname(place); parent !== folder; parent = path.dirname(parent)) await utimes(parent, 1, 1);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'touchstone-start-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what Node compiled', () => {
  it('is kept in the folder of the user, and a folder that cannot be made costs nothing but time', async () => {
    const launcher = path.resolve(import.meta.dirname, '../../src-main/shell-headless/touchstone.mjs');
    const { NODE_COMPILE_CACHE: _given, ...rest } = process.env;
    const versionWith = (home: string): string =>
      execFileSync(process.execPath, [launcher, '--version'], {
        env: { ...rest, TOUCHSTONE_HOME: home },
        encoding: 'utf8',
      });
    const version = versionWith(folder);
    expect((await readdir(path.join(folder, 'compiled'), { recursive: true })).length).toBeGreaterThan(10);
    await writeFile(path.join(folder, 'file'), '');
    expect(versionWith(path.join(folder, 'file', 'home'))).toBe(version);
  });
});

describe('the bundles', () => {
  const products = ['out/main/main.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

  beforeEach(async () => {
    for (const file of ['src-main/a/b.ts', 'src-renderer/App.svelte', 'electron.vite.config.ts'])
      await write(file, 100);
    for (const file of products) await write(file, 200);
  });

  it('are up to date while they are newer than every source', async () => {
    expect(await isUpToDate(folder)).toBe(true);
  });

  it.each(['src-main/a/b.ts', 'src-renderer/App.svelte', 'electron.vite.config.ts', 'package-lock.json'])(
    'are built again when %s has changed',
    async (file) => {
      await write(file, 300);
      expect(await isUpToDate(folder)).toBe(false);
    },
  );

  it.each(products)('are built when %s is missing', async (file) => {
    await rm(path.join(folder, file));
    expect(await isUpToDate(folder)).toBe(false);
  });
});

describe('a window', () => {
  it('needs a display and a user other than root on Linux, and nothing elsewhere', () => {
    expect(windowObstacle('linux', {}, false)).toMatch(/display/);
    expect(windowObstacle('linux', { DISPLAY: ':0' }, true)).toMatch(/root/);
    expect(windowObstacle('linux', { DISPLAY: ':0' }, false)).toBeNull();
    expect(windowObstacle('linux', { WAYLAND_DISPLAY: 'wayland-0' }, false)).toBeNull();
    expect(windowObstacle('darwin', {}, false)).toBeNull();
    expect(windowObstacle('win32', {}, false)).toBeNull();
  });

  it("needs Electron's binary, which its package names once it is there", async () => {
    expect(binaryIn(folder)).toBeNull();
    await writeFile(path.join(folder, 'path.txt'), 'electron\n');
    expect(binaryIn(folder)).toBeNull();
    await write('dist/electron', 1);
    expect(binaryIn(folder)).toBe(path.join(folder, 'dist', 'electron'));
  });
});
