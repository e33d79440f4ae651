import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listDataset } from '../../src-main/media/dataset-listing.ts';
import { scanFolder } from '../../src-main/media/folder-scan.ts';
import { makeFolder, writeFiles } from '../factories/make-image-folder.ts';

const isWindows = process.platform === 'win32';

function kinds(problems: readonly { readonly path: string; readonly kind: string }[]): Record<string, string> {
  return Object.fromEntries(problems.map(({ path, kind }) => [path, kind]));
}

describe('listing class folders', () => {
  it('takes the whole folder path as the label, in a fixed order', async () => {
    const folder = makeFolder();
    writeFiles(folder, {
      'animals/dog/2.png': 'x',
      'animals/cat/10.png': 'x',
      'animals/cat/1.jpg': 'x',
      'car/a.gif': 'x',
    });
    const listing = await listDataset(folder, { kind: 'folders' });
    expect(listing.files).toEqual([
      { path: 'animals/cat/1.jpg', label: 'animals/cat' },
      { path: 'animals/cat/10.png', label: 'animals/cat' },
      { path: 'animals/dog/2.png', label: 'animals/dog' },
      { path: 'car/a.gif', label: 'car' },
    ]);
    expect(listing.problems).toEqual([]);
    expect(listing.recognisedAs).toBe('3 class folders, nested: a label is the whole path');
  });

  it('lists files outside of class folders, and passes over system files', async () => {
    const folder = makeFolder();
    writeFiles(folder, {
      'loose.png': 'x',
      'README.md': 'x',
      '.hidden/1.png': 'x',
      'cat/.secret.png': 'x',
      'cat/.DS_Store': 'x',
      'cat/Thumbs.db': 'x',
      'cat/._1.png': 'x',
      '__MACOSX/cat/1.png': 'x',
      'cat/1.png': 'x',
    });
    const listing = await listDataset(folder, { kind: 'folders' });
    expect(listing.files).toEqual([{ path: 'cat/1.png', label: 'cat' }]);
    expect(kinds(listing.problems)).toEqual({
      'loose.png': 'no-label',
      'README.md': 'unsupported',
      '.hidden': 'unsupported',
      'cat/.secret.png': 'unsupported',
    });
  });

  it('names folders that are empty, or hold system files only: a class that is missing', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'cat/1.png': 'x', 'dog/Thumbs.db': 'x' });
    mkdirSync(join(folder, 'bird'));
    const listing = await listDataset(folder, { kind: 'folders' });
    expect(listing.files).toEqual([{ path: 'cat/1.png', label: 'cat' }]);
    expect(kinds(listing.problems)).toEqual({ bird: 'empty', dog: 'empty' });
  });

  it.skipIf(isWindows)('keeps names with commas, quotes, newlines, control and non-Latin characters', async () => {
    const folder = makeFolder();
    const names = [
      'a,b.png',
      'a"b.png',
      'a\nb.png',
      'a\u0001b.png',
      '猫 é.png',
      '\u202egnp.png',
      '-rf.png',
      'a\\b.png',
    ];
    writeFiles(folder, Object.fromEntries(names.map((name) => [`каты, "x"/${name}`, 'x'])));
    const listing = await listDataset(folder, { kind: 'folders' });
    expect(listing.files.map(({ path }) => path).sort()).toEqual(names.map((name) => `каты, "x"/${name}`).sort());
    expect(new Set(listing.files.map(({ label }) => label))).toEqual(new Set(['каты, "x"']));
  });

  it.skipIf(isWindows)('follows links to files inside only, and never goes round in circles', async () => {
    const folder = makeFolder();
    const outside = makeFolder();
    writeFiles(outside, { 'secret.png': 'x' });
    writeFiles(folder, { 'cat/1.png': 'x' });
    symlinkSync(join(folder, 'cat/1.png'), join(folder, 'cat/inside.png'));
    symlinkSync(join(outside, 'secret.png'), join(folder, 'cat/out.png'));
    symlinkSync(outside, join(folder, 'out-folder'));
    symlinkSync(folder, join(folder, 'cat/loop'));
    symlinkSync('self', join(folder, 'cat/self'));
    symlinkSync('nowhere.png', join(folder, 'cat/dangling.png'));
    const scan = await scanFolder(folder);
    expect(scan.files).toEqual(['cat/1.png', 'cat/inside.png']);
    expect(kinds(scan.problems)).toEqual({
      'cat/dangling.png': 'missing',
      'cat/loop': 'unsupported',
      'cat/out.png': 'outside-folder',
      'cat/self': 'unreadable',
      'out-folder': 'outside-folder',
    });
  });

  it.skipIf(isWindows)('lists pipes without waiting for them', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'cat'));
    execFileSync('mkfifo', [join(folder, 'cat/pipe.png')]);
    expect(kinds((await scanFolder(folder)).problems)).toEqual({ 'cat/pipe.png': 'unsupported' });
  });

  it.skipIf(isWindows || process.getuid?.() === 0)('lists folders that cannot be read, and goes on', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'cat/1.png': 'x', 'shut/1.png': 'x' });
    chmodSync(join(folder, 'shut'), 0o000);
    const scan = await scanFolder(folder);
    chmodSync(join(folder, 'shut'), 0o700);
    expect(scan.files).toEqual(['cat/1.png']);
    expect(kinds(scan.problems)).toEqual({ shut: 'unreadable' });
  });

  it.skipIf(process.platform !== 'linux')('lists names that are not UTF-8', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'cat'));
    execFileSync('sh', ['-c', `touch "$1"/cat/$(printf 'caf\\351.png')`, 'sh', folder]);
    const scan = await scanFolder(folder);
    expect(scan.files).toEqual([]);
    expect(scan.problems).toMatchObject([
      { kind: 'unreadable', reason: expect.stringContaining('not valid UTF-8') as string },
    ]);
  });

  it('says what is wrong with the folder itself', async () => {
    const folder = makeFolder();
    writeFiles(folder, { file: 'x' });
    await expect(scanFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'folder-not-found' });
    await expect(scanFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'folder-not-found' });
  });

  it('stops when cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(scanFolder(makeFolder(), { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
