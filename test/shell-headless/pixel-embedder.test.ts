/** Experiments' vectors are those that the app would make of the same images as files. */
import { expect, it } from 'vitest';
import { defaultSettings } from '../../src-main/core/reweight/default-settings.ts';
import { decodeSquare } from '../../src-main/media/decode.ts';
import { embedPictures } from '../../src-main/reproduce/data/embed-pictures.ts';
import { shippedBackbones } from '../../src-main/shell-headless/create-host.ts';
import { createPixelEmbedder } from '../../src-main/shell-headless/host/pixel-embedder.ts';
import { makeImage } from '../factories/make-image-folder.ts';

const { backbone } = defaultSettings('head', 1);
const [small, large] = [24, 64];

it('gives enlarged pixels the vectors of files that are decoded at that size', async () => {
  // More than one batch, and a last one that is not full.
  const images = await Promise.all(Array.from({ length: 35 }, (_, index) => makeImage('png', small, small, index + 1)));
  const decoded = (size: number): Promise<Buffer> =>
    Promise.all(images.map((image) => decodeSquare(image, size))).then((pictures) => Buffer.concat(pictures));
  const embedder = createPixelEmbedder(shippedBackbones, backbone, large);
  try {
    const labels = new Int32Array(images.length);
    const sets = {
      classNames: ['one'],
      train: { size: small, pixels: await decoded(small), labels },
      test: { size: large, pixels: await decoded(large), labels },
    };
    const { train, test } = await embedPictures(sets, embedder.embed);
    expect(train.vectors?.values).toHaveLength(images.length * 1024);
    const [own, other] = [train.vectors?.values ?? [], test.vectors?.values ?? []];
    const largest = Math.max(...other);
    expect(largest).toBeGreaterThan(0.1);
    expect(Math.max(...Array.from(own, (value, at) => Math.abs(value - (other[at] ?? 0))))).toBeLessThan(
      0.01 * largest,
    );
    // Not the same vector for every image.
    expect(own.slice(0, 1024)).not.toEqual(own.slice(34 * 1024));
  } finally {
    await embedder.close();
  }
}, 60_000);
