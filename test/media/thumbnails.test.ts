import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createPictureSource, type Picture } from '../../src-main/media/thumbnails.ts';
import type { Sample } from '../../src-main/core/dataset/sample.ts';
import { makeFolder, makeImage, sampleOf, writeFiles } from '../factories/make-image-folder.ts';

interface World {
  readonly folder: string;
  readonly datasetFolder: string;
  readonly sample: Sample;
}

function makeWorld(image: Buffer): World {
  const datasetFolder = makeFolder();
  writeFiles(datasetFolder, { 'cat/1': image });
  return { folder: makeFolder(), datasetFolder, sample: sampleOf(datasetFolder, 'cat/1') };
}

async function describePicture({ bytes, mimeType }: Picture): Promise<string> {
  const { format, width, height } = await sharp(bytes).metadata();
  return `${mimeType} ${format} ${width}x${height}`;
}

it('makes thumbnails that fit, enlarges none, and needs the file only once', async () => {
  const world = makeWorld(await makeImage('tiff', 300, 150));
  const pictures = createPictureSource(world);
  expect(await describePicture(await pictures.thumbnail(world.sample, 100))).toBe('image/jpeg jpeg 100x50');
  expect(await describePicture(await pictures.thumbnail(world.sample, 500))).toBe('image/jpeg jpeg 300x150');
  rmSync(world.datasetFolder, { recursive: true });
  expect(await describePicture(await pictures.thumbnail(world.sample, 100))).toBe('image/jpeg jpeg 100x50');
});

it('makes a torn thumbnail again', async () => {
  const world = makeWorld(await makeImage('png', 300, 150));
  const pictures = createPictureSource(world);
  const whole = await pictures.thumbnail(world.sample, 100);
  const cache = join(world.folder, 'cache');
  const file = readdirSync(cache, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.jpg')) ?? '';
  truncateSync(join(cache, file), 200);
  expect((await pictures.thumbnail(world.sample, 100)).bytes).toEqual(whole.bytes);
});

it('makes thumbnails where none can be kept', async () => {
  const world = makeWorld(await makeImage('png', 300, 150));
  writeFileSync(join(world.folder, 'cache'), 'a file where the folder should be');
  expect(await describePicture(await createPictureSource(world).thumbnail(world.sample, 100))).toBe(
    'image/jpeg jpeg 100x50',
  );
});

it.each(['jpeg', 'png', 'webp', 'avif'] as const)('shows %s as it is', async (format) => {
  const image = await makeImage(format);
  const world = makeWorld(image);
  const picture = await createPictureSource(world).viewable(world.sample);
  expect(picture.mimeType).toBe(`image/${format}`);
  expect(Buffer.from(picture.bytes).equals(image)).toBe(true);
});

it.each(['tiff', 'gif', '16-bit png', 'cmyk jpeg'])('converts %s for browsers', async (kind) => {
  const image = sharp(await makeImage('png'));
  const encoded = {
    tiff: image.clone().tiff(),
    gif: image.clone().gif(),
    '16-bit png': image.clone().toColourspace('rgb16').png(),
    'cmyk jpeg': image.clone().toColourspace('cmyk').jpeg(),
  }[kind];
  const world = makeWorld((await encoded?.toBuffer()) ?? Buffer.alloc(0));
  const picture = await createPictureSource(world).viewable(world.sample);
  expect(await describePicture(picture)).toBe('image/jpeg jpeg 24x16');
  expect((await sharp(picture.bytes).metadata()).space).toBe('srgb');
});

it('never shows another picture under the name of a sample', async () => {
  const world = makeWorld(await makeImage('png', 30, 20, 1));
  writeFiles(world.datasetFolder, { 'cat/1': await makeImage('png', 30, 20, 2) });
  const pictures = createPictureSource(world);
  await expect(pictures.thumbnail(world.sample, 64)).rejects.toMatchObject({ code: 'image-unreadable' });
  await expect(pictures.viewable(world.sample)).rejects.toMatchObject({ code: 'image-unreadable' });
  const outside = { ...world.sample, path: '../../etc/passwd', contentHash: 'ab'.repeat(32) };
  await expect(pictures.viewable(outside)).rejects.toMatchObject({ code: 'image-unreadable' });
  expect(existsSync(join(world.folder, 'cache'))).toBe(false);
});
