/** What the import decoded serves the next decoding, and nothing else than what it would have been decoded to. */
import { describe, expect, it } from 'vitest';
import { checkImage, decodeSquare } from '../../src-main/media/decode.ts';
import { createDatasetReader } from '../../src-main/media/dataset-reader.ts';
import { createPixelSource } from '../../src-main/media/pixel-cache.ts';
import { RecentPictures, recentPictures } from '../../src-main/media/recent-pictures.ts';
import { makeFolder, makeImage, sampleOf, writeFiles } from '../factories/make-image-folder.ts';

function pictureOf(width: number, height: number) {
  return { pixels: new Uint8Array(width * height * 3), width, height };
}

describe('recent pictures', () => {
  it('are handed out once', () => {
    const recent = new RecentPictures();
    const picture = pictureOf(4, 3);
    recent.keep('a', picture);
    expect([recent.take('b'), recent.take('a'), recent.take('a')]).toEqual([null, picture, null]);
  });

  it('are small, and never more than the memory set aside for them', () => {
    const recent = new RecentPictures();
    recent.keep('large', pictureOf(128, 1));
    for (let index = 0; index < 1500; index++) recent.keep(`${index}`, pictureOf(127, 127));
    expect(recent.take('large')).toBeNull();
    expect(recent.take('0')).not.toBeNull();
    expect(recent.take('1499')).toBeNull();
  });

  it.each(['png', 'jpeg', 'webp'] as const)(
    'of the import give the squares that the file gives: %s',
    async (format) => {
      const datasetFolder = makeFolder();
      const image = await makeImage(format, 24, 16, 1);
      writeFiles(datasetFolder, { 'cat/1.image': image });
      const sample = sampleOf(datasetFolder, 'cat/1.image', 1);
      const { pixels, ...size } = await checkImage(image);
      expect(size).toEqual({ width: 24, height: 16 });
      recentPictures.keep(sample.contentHash, { ...size, pixels: pixels ?? new Uint8Array() });
      const loaded = await createPixelSource().load({ folder: makeFolder(), datasetFolder }, [sample], 40);
      expect(recentPictures.take(sample.contentHash)).toBeNull();
      expect(Buffer.compare(new Uint8Array(loaded.pixels), await decodeSquare(image, 40))).toBe(0);
    },
  );

  it('stand for the file as it was imported, whatever has become of it', async () => {
    const image = await makeImage('png', 24, 16, 1);
    const datasetFolder = makeFolder();
    writeFiles(datasetFolder, { 'cat/1.png': image });
    const sample = sampleOf(datasetFolder, 'cat/1.png', 1);
    const { pixels = new Uint8Array(), ...size } = await checkImage(image);
    recentPictures.keep(sample.contentHash, { ...size, pixels });
    writeFiles(datasetFolder, { 'cat/1.png': await makeImage('png', 24, 16, 2) });
    const loaded = await createPixelSource().load({ folder: makeFolder(), datasetFolder }, [sample], 40);
    expect(Buffer.compare(new Uint8Array(loaded.pixels), await decodeSquare(image, 40))).toBe(0);
  });

  it('are those of the last import', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'cat/1.png': await makeImage('png', 24, 16, 1) });
    const sample = sampleOf(folder, 'cat/1.png', 1);
    recentPictures.keep('of another import', pictureOf(2, 2));
    const reader = createDatasetReader();
    const files = [{ path: 'cat/1.png', label: 'cat' }];
    for await (const inspection of reader.inspect(folder, files, new Map())) expect(inspection.problem).toBeNull();
    expect(recentPictures.take('of another import')).toBeNull();
    expect(recentPictures.take(sample.contentHash)).toMatchObject({ width: 24, height: 16 });
  });
});
