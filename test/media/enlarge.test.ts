/** Small pictures are enlarged in plain code: pixel by pixel what libvips makes of them. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { toSquares } from '../../src-main/core/pictures/enlarge.ts';
import { decodeForSquare, decodeSquare } from '../../src-main/media/decode.ts';

/** A PNG of random pixels, the hardest to enlarge alike. */
async function noisePng(width: number, height: number, channels: 1 | 3 | 4): Promise<Uint8Array> {
  const random = createRandom(width * 1000 + height);
  const raw = Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
  return await sharp(raw, { raw: { width, height, channels } }).png().toBuffer();
}

/** As the embedder and the pixel cache make it. */
async function squareOf(
  bytes: Uint8Array,
  size: number,
  known: { width: number; height: number },
): Promise<Uint8Array> {
  return toSquares([await decodeForSquare(bytes, size, known)], size);
}

describe('small pictures of a known size', () => {
  it.each([
    [32, 32, 3, 128],
    [32, 32, 4, 96],
    [28, 28, 1, 128],
    [31, 17, 3, 128],
    [20, 33, 3, 224],
    [100, 99, 3, 101],
    [1, 1, 3, 32],
    [3, 1, 3, 64],
  ] as const)('%i x %i with %i channels in a square of %i', async (width, height, channels, size) => {
    const bytes = await noisePng(width, height, channels);
    const bySharp = await decodeSquare(bytes, size);
    expect(Buffer.compare(await squareOf(bytes, size, { width, height }), bySharp)).toBe(0);
  });

  it('are turned upright first, as the file says', async () => {
    const bytes = await noisePng(12, 20, 3);
    const turned = await sharp(bytes).withMetadata({ orientation: 6 }).png().toBuffer();
    const upright = await sharp(bytes).rotate(90).png().toBuffer();
    const known = { width: 20, height: 12 };
    expect(Buffer.compare(await squareOf(turned, 64, known), await decodeSquare(upright, 64))).toBe(0);
  });

  it('that are larger than they were said to be are made smaller all the same', async () => {
    const bytes = await noisePng(40, 30, 3);
    const told = await squareOf(bytes, 32, { width: 4, height: 3 });
    expect(Buffer.compare(told, await decodeSquare(bytes, 32))).toBe(0);
  });
});
