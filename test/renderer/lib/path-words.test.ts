import { describe, expect, it } from 'vitest';
import { fileNameFor, folderOf, isWholePath, joinPath, lastPart } from '../../../src-renderer/lib/path-words.ts';

describe('paths', () => {
  it.each([
    ['/home/me', 'a', '/home/me/a'],
    ['/', 'a', '/a'],
    ['C:\\data', 'a', 'C:\\data\\a'],
    ['C:\\', 'a', 'C:\\a'],
    ['\\\\server\\share', 'a', '\\\\server\\share\\a'],
  ])('%s with %s is %s', (folder, name, path) => {
    expect(joinPath(folder, name)).toBe(path);
  });

  it.each([
    ['/home/me/', 'me'],
    ['/odd\\name', 'odd\\name'],
    ['C:\\data\\birds', 'birds'],
    ['/', ''],
  ])('the last part of %s is %s', (path, name) => {
    expect(lastPart(path)).toBe(name);
  });

  it.each(['/', '/home/me', 'C:\\data', 'c:/data', '\\\\server\\share'])('%s is a whole path', (path) => {
    expect(isWholePath(path)).toBe(true);
  });

  it.each([
    ['M\u00fcll/..', 'M\u00fcll-'],
    ['../secret', '-secret'],
    ['birds: 2026?', 'birds- 2026-'],
    [' .hidden. ', 'hidden'],
    ['garden birds', 'garden birds'],
  ])('%s as the name of a folder is %s', (name, folder) => {
    expect(fileNameFor(name)).toBe(folder);
  });

  it.each(['', 'birds', './birds', '~/birds', 'C:birds'])('%s is none', (path) => {
    expect(isWholePath(path)).toBe(false);
  });

  it.each([
    ['/data/labels.csv', '/data'],
    ['/labels.csv', '/'],
    ['C:\\labels.csv', 'C:\\'],
    ['C:\\data\\labels.csv', 'C:\\data'],
  ])('%s lies in %s', (file, folder) => {
    expect(folderOf(file)).toBe(folder);
  });
});
