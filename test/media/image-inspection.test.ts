import { renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src-main/core/dataset/sample.ts';
import { largestFileBytes } from '../../src-main/media/dataset-file.ts';
import { inspectFiles } from '../../src-main/media/image-inspection.ts';
import { imageFormats } from '../../src-main/media/image-format.ts';
import type { FoundSample } from '../../src-main/services/ports/sample-store.ts';
import { hashTree, makeFolder, makeImage, sampleOf, writeFiles } from '../factories/make-image-folder.ts';

async function inspect(
  folder: string,
  paths: readonly string[],
  known: ReadonlyMap<string, FoundSample> = new Map(),
): Promise<readonly { readonly found: FoundSample | null; readonly problem: Problem | null }[]> {
  const files = paths.map((path) => ({ path, label: path.split('/')[0] ?? '' }));
  return await Array.fromAsync(inspectFiles(folder, files, known));
}

async function problemWith(content: Uint8Array | string): Promise<Problem | null | undefined> {
  const folder = makeFolder();
  writeFiles(folder, { 'cat/1.png': content });
  const [inspection] = await inspect(folder, ['cat/1.png']);
  expect(inspection?.found).toBeNull();
  return inspection?.problem;
}

describe('images that can be used', () => {
  it.each(imageFormats)('finds size and hash of %s, whatever the name says', async (format) => {
    const folder = makeFolder();
    writeFiles(folder, { 'cat/name.txt': await makeImage(format) });
    const { contentHash, sizeBytes, modifiedAtMs } = sampleOf(folder, 'cat/name.txt');
    const expected = {
      path: 'cat/name.txt',
      contentHash,
      sizeBytes,
      modifiedAtMs,
      width: 24,
      height: 16,
      givenLabel: 'cat',
    };
    expect(await inspect(folder, ['cat/name.txt'])).toEqual([{ found: expected, problem: null }]);
  });

  it('turns width and height with the EXIF orientation', async () => {
    const folder = makeFolder();
    writeFiles(folder, {
      'cat/1.jpg': await sharp(await makeImage('png'))
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer(),
    });
    expect(await inspect(folder, ['cat/1.jpg'])).toMatchObject([{ found: { width: 16, height: 24 } }]);
  });

  it('decodes greyscale, palette, alpha, 16-bit and CMYK', async () => {
    const folder = makeFolder();
    const image = sharp(await makeImage('png'));
    writeFiles(folder, {
      'c/grey.jpg': await image.clone().greyscale().jpeg().toBuffer(),
      'c/palette.png': await image.clone().png({ palette: true, colours: 8 }).toBuffer(),
      'c/alpha.webp': await image.clone().ensureAlpha(0.3).webp().toBuffer(),
      'c/16bit.png': await image.clone().toColourspace('rgb16').png().toBuffer(),
      'c/cmyk.jpg': await image.clone().toColourspace('cmyk').jpeg().toBuffer(),
    });
    const paths = ['c/grey.jpg', 'c/palette.png', 'c/alpha.webp', 'c/16bit.png', 'c/cmyk.jpg'];
    const problems = (await inspect(folder, paths)).map(({ found, problem }) => [found?.path, problem]);
    expect(problems).toEqual(paths.map((path) => [path, null]));
  });

  it('decodes images over 16 megapixels without keeping them whole', async () => {
    const folder = makeFolder();
    const create = { width: 5000, height: 4000, channels: 3 as const, background: '#123456' };
    writeFiles(folder, { 'c/big.jpg': await sharp({ create }).jpeg().toBuffer() });
    expect(await inspect(folder, ['c/big.jpg'])).toMatchObject([
      { found: { width: 5000, height: 4000 }, problem: null },
    ]);
  });

  it('keeps the order of the files and both of two equal ones', async () => {
    const folder = makeFolder();
    const [one, two] = [await makeImage('png', 24, 16, 1), await makeImage('png', 300, 200, 2)];
    writeFiles(folder, { 'cat/a.png': two, 'cat/b.png': one, 'cat/c.png': one, 'dog/d.png': one });
    const inspections = await inspect(folder, ['cat/a.png', 'cat/b.png', 'cat/c.png', 'dog/d.png']);
    expect(inspections.map(({ found, problem }) => [found?.path, problem?.kind])).toEqual([
      ['cat/a.png', undefined],
      ['cat/b.png', undefined],
      ['cat/c.png', 'duplicate'],
      ['dog/d.png', 'duplicate-other-label'],
    ]);
    expect(inspections[3]?.problem?.reason).toBe(
      'Its bytes are those of cat/b.png, which is labelled "cat" and not "dog".',
    );
  });

  it('does not read again what has the same size and time', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'cat/1.png': await makeImage('png') });
    const [first] = await inspect(folder, ['cat/1.png']);
    const remembered = { ...(first?.found as FoundSample), contentHash: 'remembered', givenLabel: 'old' };
    const again = await inspect(folder, ['cat/1.png'], new Map([['cat/1.png', remembered]]));
    expect(again).toMatchObject([{ found: { contentHash: 'remembered', givenLabel: 'cat' } }]);
    const changed = await inspect(folder, ['cat/1.png'], new Map([['cat/1.png', { ...remembered, modifiedAtMs: 1 }]]));
    expect(changed).toEqual([first]);
  });
});

describe('files that cannot be used', () => {
  it.each(imageFormats)('tells a truncated %s', async (format) => {
    const whole = await makeImage(format, 200, 150);
    expect(await problemWith(whole.subarray(0, Math.floor(whole.length * 0.6)))).toMatchObject({ kind: 'truncated' });
  });

  it.each([
    ['an empty file', '', 'empty'],
    ['a text', 'hello', 'unsupported'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', 'unsupported'],
    ['a PDF', '%PDF-1.4', 'unsupported'],
    ['a HEIC photo', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'unsupported'],
    ['a JPEG start and nothing else', Buffer.from([0xff, 0xd8, 0xff]), 'truncated'],
    ['a PNG start and rubbish', Buffer.from('\x89PNG\r\n\x1a\n rubbish IEND', 'latin1'), 'unreadable'],
    ['a GIF without pixels', Buffer.from('GIF89a\0\0\0\0\0\0\0;', 'latin1'), 'unreadable'],
  ])('lists %s', async (_what, content, kind) => {
    expect(await problemWith(content)).toMatchObject({ path: 'cat/1.png', kind });
  });

  it('refuses a decompression bomb by its header', async () => {
    // 60,000 x 60,000 pixels of nothing are a few kilobytes as a PNG: here the header says so, and no pixel follows.
    const png = Buffer.from(await makeImage('png'));
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    const { crc32 } = await import('node:zlib');
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    const problem = await problemWith(png);
    expect(problem).toMatchObject({ kind: 'too-large' });
    expect(problem?.reason).toContain('60000 x 60000');
  });

  it('refuses files beyond the size limit without reading them', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'cat/1.png': await makeImage('png') });
    truncateSync(join(folder, 'cat/1.png'), largestFileBytes + 1);
    expect(await inspect(folder, ['cat/1.png'])).toMatchObject([{ found: null, problem: { kind: 'too-large' } }]);
  });

  it.skipIf(process.platform === 'win32')('sees what changed between listing and looking', async () => {
    const folder = makeFolder();
    const outside = makeFolder();
    const image = await makeImage('png');
    writeFiles(outside, { 'secret.png': image });
    writeFiles(folder, { 'a/gone.png': image, 'a/link.png': image, 'b/1.png': image });
    rmSync(join(folder, 'a/gone.png'));
    rmSync(join(folder, 'a/link.png'));
    symlinkSync(join(outside, 'secret.png'), join(folder, 'a/link.png'));
    renameSync(join(folder, 'b'), join(folder, 'c'));
    symlinkSync(outside, join(folder, 'b'));
    writeFileSync(join(outside, '1.png'), image);
    const paths = ['a/gone.png', 'a/link.png', 'b/1.png', '../x.png', '/etc/hostname'];
    const seen = (await inspect(folder, paths)).map(({ problem }) => problem?.kind);
    expect(seen).toEqual(['missing', 'outside-folder', 'outside-folder', 'outside-folder', 'outside-folder']);
  });

  it('survives every kind of damage, and leaves the folder as it was', async () => {
    const folder = makeFolder();
    const paths: string[] = [];
    for (const format of imageFormats) {
      const whole = await makeImage(format, 64, 48);
      for (let place = 0; place < 24; place += 1) {
        const bytes = Buffer.from(whole);
        const start = Math.floor((whole.length * place) / 24);
        bytes.fill(place * 37, start, start + 8);
        paths.push(`cat/${format}-${place}`);
        writeFiles(folder, { [`cat/${format}-${place}`]: bytes });
      }
    }
    const before = hashTree(folder);
    const inspections = await inspect(folder, paths);
    expect(inspections.every(({ found, problem }) => found !== null || problem !== null)).toBe(true);
    expect(inspections.some(({ found }) => found === null)).toBe(true);
    expect(hashTree(folder)).toEqual(before);
  });
});

it('stops when cancelled, and reports progress', async () => {
  const folder = makeFolder();
  const image = await makeImage('png');
  writeFiles(folder, Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`cat/${index}.png`, image])));
  const files = Array.from({ length: 50 }, (_, index) => ({ path: `cat/${index}.png`, label: 'cat' }));
  const controller = new AbortController();
  let seen = 0;
  const work = async (): Promise<void> => {
    for await (const { found } of inspectFiles(folder, files, new Map(), { signal: controller.signal })) {
      if (found !== null) seen += 1;
      if (seen === 3) controller.abort();
    }
  };
  await expect(work()).rejects.toMatchObject({ code: 'cancelled' });
  expect(seen).toBe(3);
  const reports: unknown[] = [];
  await Array.fromAsync(inspectFiles(folder, files, new Map(), { onProgress: (progress) => reports.push(progress) }));
  expect(reports.at(-1)).toEqual({ stage: 'Checking images', done: 50, total: 50 });
});
