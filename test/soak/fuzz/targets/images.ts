/** Damaged image bytes, EXIF and ICC in every format, through import, training's decoding, thumbnails and the full view. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ClassId, SampleId } from '../../../../src-main/core/dataset/sample.ts';
import { inspectFiles } from '../../../../src-main/media/image-inspection.ts';
import { decodeSquare } from '../../../../src-main/media/decode.ts';
import { createPictureSource } from '../../../../src-main/media/thumbnails.ts';
import { mutate, pick } from '../mutate.ts';
import type { FuzzTarget } from '../target.ts';

const formats = ['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif'] as const;
let seeds: readonly Buffer[] = [];

export const target: FuzzTarget = {
  weight: 40,
  prepare: async () => {
    const pixels = Uint8Array.from({ length: 48 * 40 * 3 }, (_, place) => (place * 31) % 256);
    const drawn = () =>
      sharp(pixels, { raw: { width: 48, height: 40, channels: 3 } })
        .withIccProfile('srgb')
        .withExif({
          IFD0: { Copyright: 'nobody', Artist: 'x'.repeat(50) },
          IFD3: { GPSLatitude: '51/1 30/1 3230/100' },
        });
    const plain = await Promise.all(formats.map((format) => drawn().toFormat(format).toBuffer()));
    const turned = await drawn().withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer();
    const deep = await drawn().toColourspace('rgb16').png({ palette: false }).toBuffer();
    seeds = [...plain, turned, deep];
  },
  run: async (random, folder) => {
    const bytes = mutate(pick(seeds, random), random);
    const path = `image.${pick(formats, random)}`;
    await writeFile(join(folder, path), bytes);
    for await (const { found } of inspectFiles(folder, [{ path, label: 'a' }], new Map())) {
      if (found === null) continue;
      const sample = { ...found, id: 1 as SampleId, givenClassId: 1 as ClassId, presence: 'present' } as const;
      const pictures = createPictureSource({ folder: join(folder, 'project'), datasetFolder: folder });
      await pictures.thumbnail(sample, 128);
      await pictures.viewable(sample);
    }
    await decodeSquare(bytes, 32);
  },
};
