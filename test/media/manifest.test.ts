import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listDataset } from '../../src-main/media/dataset-listing.ts';
import { readManifest, type ManifestRow } from '../../src-main/media/manifest.ts';
import { makeFolder, writeFiles } from '../factories/make-image-folder.ts';

async function rowsOf(text: string | Uint8Array, kind: 'csv' | 'jsonl' = 'csv'): Promise<readonly ManifestRow[]> {
  const folder = makeFolder();
  writeFiles(folder, { manifest: text });
  return await Array.fromAsync(readManifest(join(folder, 'manifest'), kind));
}

async function failureOf(text: string | Uint8Array, kind: 'csv' | 'jsonl' = 'csv'): Promise<string> {
  const failure = await rowsOf(text, kind).then(
    () => new Error('read without complaint'),
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 'manifest-invalid' });
  return String(failure);
}

describe('CSV manifests', () => {
  it('reads quotes, newlines in fields, other columns and their order', async () => {
    const text = 'id,label,path\n1,cat,"a, ""b"".png"\n2, dog ,"line\nbreak.png"\n\n3,,c.png\n';
    expect(await rowsOf(text)).toEqual([
      { line: 2, path: 'a, "b".png', label: 'cat' },
      { line: 3, path: 'line\nbreak.png', label: 'dog' },
      { line: 5, path: 'c.png', label: '' },
    ]);
  });

  it.each([
    ['semicolons', 'path;label\na,b.png;cat\n', 'a,b.png'],
    ['tabs', 'path\tlabel\na.png\tcat\n', 'a.png'],
    ['a byte order mark', '\uFEFFpath,label\na.png,cat\n', 'a.png'],
    ['Windows line ends', 'Path,Label\r\na.png,cat\r\n', 'a.png'],
    ['no last line end', 'file_name,label\na.png,cat', 'a.png'],
  ])('understands %s', async (_what, text, path) => {
    expect(await rowsOf(text)).toEqual([{ line: 2, path, label: 'cat' }]);
  });

  it.each([
    ['an empty file', '', /line 1/],
    ['no header', 'a.png,cat\n', /line 1: no column is called "path" \(found: a\.png, cat\)/],
    ['no label column', 'path,size\na.png,1\n', /line 1: no column is called "label"/],
    ['a quote that never closes', 'path,label\n"a.png,cat\n', /never closed/],
  ])('refuses %s, naming the line', async (_what, text, message) => {
    expect(await failureOf(text)).toMatch(message);
  });

  it('refuses text that is not UTF-8 rather than garbling labels', async () => {
    const latin1 = Buffer.from('path,label\na.png,caf\xe9\n', 'latin1');
    expect(await failureOf(latin1)).toMatch(/not UTF-8/);
  });
});

describe('JSON lines manifests', () => {
  it('reads path or file_name, and labels that are numbers', async () => {
    const text = '{"path":"a.png","label":"cat"}\n\n{"file_name":"b.png","label":7}\n{"path":"c.png","label":null}';
    expect(await rowsOf(text, 'jsonl')).toEqual([
      { line: 1, path: 'a.png', label: 'cat' },
      { line: 3, path: 'b.png', label: '7' },
      { line: 4, path: 'c.png', label: '' },
    ]);
  });

  it.each([
    ['no JSON', '{"path":"a.png","label":"cat"}\n{oops', /line 2: it is not JSON/],
    ['no object', '[1]', /line 1: it is not a JSON object/],
    ['no label', '{"path":"a.png"}', /line 1: it has no field called "label"/],
    ['a list as label', '{"path":"a.png","label":["cat"]}', /"label" is neither a text nor a number/],
    ['deep nesting', `{"path":"a.png","label":${'['.repeat(100_000)}`, /line 1: it is not JSON/],
  ])('refuses %s, naming the line', async (_what, text, message) => {
    expect(await failureOf(text, 'jsonl')).toMatch(message);
  });
});

it.each(['csv', 'jsonl'] as const)('gives up on an endless line of %s early', async (kind) => {
  const folder = makeFolder();
  const file = join(folder, 'manifest');
  const stream = createWriteStream(file);
  stream.write(kind === 'csv' ? 'path,label\n"' : '{"path":"');
  for (let index = 0; index < 64; index += 1) stream.write('x'.repeat(1024 * 1024));
  stream.end();
  await once(stream, 'finish');
  const before = process.memoryUsage().rss;
  await expect(Array.fromAsync(readManifest(file, kind))).rejects.toMatchObject({ code: 'manifest-invalid' });
  expect(process.memoryUsage().rss - before).toBeLessThan(48 * 1024 * 1024);
});

describe('matching a manifest with its folder', () => {
  it('lists what is missing, outside, unlabelled, contradictory and unlisted', async () => {
    const folder = makeFolder();
    const images = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png', 'sub/caf\u00e9.png', 'notes.txt'];
    writeFiles(folder, Object.fromEntries(images.map((name) => [name, 'x'])));
    const rows = ['a.png,cat', './b.png,cat', 'b.png,cat', 'c.png,cat', 'c.png,dog', 'd.png,', 'gone.png,cat'];
    const more = ['../up.png,cat', '/etc/passwd,cat', 'sub\\cafe\u0301.png,dog'];
    writeFiles(folder, { 'labels.csv': ['path,label', ...rows, ...more].join('\n') });
    const listing = await listDataset(folder, { kind: 'csv', file: 'labels.csv' });
    expect(listing.files).toEqual([
      { path: 'a.png', label: 'cat' },
      { path: 'b.png', label: 'cat' },
      { path: 'sub/caf\u00e9.png', label: 'dog' },
    ]);
    expect(listing.problems.map(({ path, kind }) => [path, kind])).toEqual([
      ['b.png', 'duplicate'],
      ['c.png', 'listed-twice'],
      ['d.png', 'no-label'],
      ['gone.png', 'missing'],
      ['../up.png', 'outside-folder'],
      ['/etc/passwd', 'outside-folder'],
      ['e.png', 'no-label'],
      ['notes.txt', 'unsupported'],
    ]);
    expect(listing.recognisedAs).toBe('labels.csv');
  });

  it('recognises Hugging Face image folders, one metadata file per split', async () => {
    const folder = makeFolder();
    writeFiles(folder, {
      'train/metadata.csv': 'file_name,label\n1.png,cat\n',
      'train/1.png': 'x',
      'test/metadata.jsonl': '{"file_name":"1.png","label":"dog"}\n',
      'test/1.png': 'x',
    });
    const listing = await listDataset(folder, { kind: 'folders' });
    expect(listing.files).toEqual([
      { path: 'test/1.png', label: 'dog' },
      { path: 'train/1.png', label: 'cat' },
    ]);
    expect(listing.problems).toEqual([]);
    expect(listing.recognisedAs).toBe('test/metadata.jsonl, train/metadata.csv (Hugging Face image folder)');
  });

  it('goes by the folders where metadata holds captions and no labels', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'metadata.csv': 'file_name,text\ncat/1.png,a cat\n', 'cat/1.png': 'x' });
    const listing = await listDataset(folder, { kind: 'folders' });
    expect(listing.files).toEqual([{ path: 'cat/1.png', label: 'cat' }]);
    expect(listing.problems).toMatchObject([{ path: 'metadata.csv', kind: 'unsupported' }]);
  });
});
