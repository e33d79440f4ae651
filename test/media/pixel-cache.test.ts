import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src-main/core/dataset/sample.ts';
import { toSquares } from '../../src-main/core/pictures/enlarge.ts';
import { decodeSquare } from '../../src-main/media/decode.ts';
import { createPixelSource } from '../../src-main/media/pixel-cache.ts';
import { makeFolder, makeImage, sampleOf, writeFiles } from '../factories/make-image-folder.ts';

const size = 16;
const slotBytes = size * size * 3;

interface World {
  readonly folder: string;
  readonly datasetFolder: string;
  readonly samples: readonly Sample[];
  readonly expected: Uint8Array;
}

async function makeWorld(count = 5): Promise<World> {
  const datasetFolder = makeFolder();
  const samples: Sample[] = [];
  const squares: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const image = await makeImage('png', 24, 16, index + 1);
    writeFiles(datasetFolder, { [`cat/${index}.png`]: image });
    samples.push(sampleOf(datasetFolder, `cat/${index}.png`, index + 1));
    squares.push(await decodeSquare(image, size));
  }
  return { folder: makeFolder(), datasetFolder, samples, expected: Buffer.concat(squares) };
}

async function load(
  world: World,
  samples = world.samples,
): Promise<{ pixels: Uint8Array; problems: readonly unknown[] }> {
  const { pixels, problems } = await createPixelSource().load(world, samples, size);
  return { pixels: Buffer.from(new Uint8Array(pixels)), problems };
}

describe('squares', () => {
  const grey = [128, 128, 128];
  const pixelAt = (square: Uint8Array, x: number, y: number): number[] => [
    ...square.subarray((y * size + x) * 3).subarray(0, 3),
  ];
  const red = { create: { width: 40, height: 20, channels: 3 as const, background: '#ff0000' } };

  it('fits the image inside and pads it with mid-grey', async () => {
    const square = await decodeSquare(await sharp(red).png().toBuffer(), size);
    expect([pixelAt(square, 8, 0), pixelAt(square, 8, 8), pixelAt(square, 0, 8)]).toEqual([
      grey,
      [255, 0, 0],
      [255, 0, 0],
    ]);
  });

  it('turns it upright by EXIF first', async () => {
    const square = await decodeSquare(await sharp(red).withMetadata({ orientation: 6 }).png().toBuffer(), size);
    expect([pixelAt(square, 0, 8), pixelAt(square, 8, 0)]).toEqual([grey, [255, 0, 0]]);
  });

  it('lays alpha on mid-grey', async () => {
    const clear = {
      create: { width: 20, height: 20, channels: 4 as const, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    };
    expect(pixelAt(await decodeSquare(await sharp(clear).png().toBuffer(), size), 8, 8)).toEqual(grey);
  });

  it.each(['greyscale', '16-bit', '16-bit greyscale', 'palette', 'CMYK'])('makes 8-bit RGB of %s', async (kind) => {
    const even = sharp({ create: { width: 20, height: 20, channels: 3, background: '#646464' } });
    const encoded = {
      greyscale: even.clone().greyscale().png(),
      '16-bit': even.clone().toColourspace('rgb16').png(),
      '16-bit greyscale': even.clone().toColourspace('grey16').png(),
      palette: even.clone().png({ palette: true }),
      CMYK: even.clone().toColourspace('cmyk').jpeg({ quality: 100 }),
    }[kind];
    const square = await decodeSquare((await encoded?.toBuffer()) ?? Buffer.alloc(0), size);
    expect(square.length).toBe(slotBytes);
    // CMYK has no exact grey for it.
    for (const value of pixelAt(square, 8, 8))
      expect(Math.abs(value - 0x64)).toBeLessThanOrEqual(kind === 'CMYK' ? 12 : 1);
  });

  it('takes the first frame', async () => {
    const frames = [Buffer.alloc(8 * 8 * 3, 0), Buffer.alloc(8 * 8 * 3, 255)];
    const raw = { width: 8, height: 16, channels: 3 as const, pageHeight: 8 };
    const gif = await sharp(Buffer.concat(frames), { raw }).gif({ loop: 0 }).toBuffer();
    expect(pixelAt(await decodeSquare(gif, size), 8, 8)).toEqual([0, 0, 0]);
  });
});

describe('the pixel cache', () => {
  it('gives every sample its square, decoded and from the cache, in any order', async () => {
    const world = await makeWorld();
    expect(await load(world)).toEqual({ pixels: world.expected, problems: [] });
    rmSync(world.datasetFolder, { recursive: true });
    expect(await load(world)).toEqual({ pixels: world.expected, problems: [] });
    const backwards = await load(world, world.samples.toReversed());
    expect(backwards.pixels.subarray(0, slotBytes)).toEqual(world.expected.subarray(4 * slotBytes));
  });

  it('adds only what is new', async () => {
    const world = await makeWorld();
    await load(world, world.samples.slice(0, 3));
    for (const { path } of world.samples.slice(0, 3)) rmSync(join(world.datasetFolder, path));
    expect(await load(world)).toEqual({ pixels: world.expected, problems: [] });
    expect(readFileSync(join(world.folder, 'cache/pixels-16/pixels.bin')).length).toBe(5 * slotBytes);
  });

  it.each([
    ['the folder is deleted', (cache: string) => rmSync(cache, { recursive: true })],
    ['pixels end early', (cache: string) => truncateSync(join(cache, 'pixels.bin'), 2 * slotBytes + 7)],
    [
      'pixels are not those that were written',
      (cache: string) => writeFileSync(join(cache, 'pixels.bin'), Buffer.alloc(5 * slotBytes, 3)),
    ],
    [
      'pixels were written and no index',
      (cache: string) => appendFileSync(join(cache, 'pixels.bin'), Buffer.alloc(slotBytes, 9)),
    ],
    ['the index ends in half an entry', (cache: string) => truncateSync(join(cache, 'index.bin'), 150)],
    ['the index ends in rubbish', (cache: string) => appendFileSync(join(cache, 'index.bin'), Buffer.alloc(40, 9))],
    ['the index is of another version', (cache: string) => writeFileSync(join(cache, 'index.bin'), 'something else')],
    ['the index is empty', (cache: string) => truncateSync(join(cache, 'index.bin'), 0)],
  ])('is right again after %s', async (_what, damage) => {
    const world = await makeWorld();
    await load(world);
    damage(join(world.folder, 'cache/pixels-16'));
    expect(await load(world)).toEqual({ pixels: world.expected, problems: [] });
    rmSync(world.datasetFolder, { recursive: true });
    expect(await load(world)).toEqual({ pixels: world.expected, problems: [] });
  });

  it('works without a cache where none can be written', async () => {
    const world = await makeWorld();
    writeFileSync(join(world.folder, 'cache'), 'a file where the folder should be');
    expect(await load(world)).toEqual({ pixels: world.expected, problems: [] });
  });

  it('shows grey for samples that changed, went or broke, says so, and does not keep that', async () => {
    const world = await makeWorld();
    const original = readFileSync(join(world.datasetFolder, 'cat/1.png'));
    writeFiles(world.datasetFolder, { 'cat/1.png': await makeImage('png', 24, 16, 99) });
    rmSync(join(world.datasetFolder, 'cat/2.png'));
    const { pixels, problems } = await load(world);
    expect(problems).toMatchObject([
      { path: 'cat/1.png', kind: 'unreadable' },
      { path: 'cat/2.png', kind: 'missing' },
    ]);
    expect(new Set(pixels.subarray(slotBytes, 3 * slotBytes))).toEqual(new Set([128]));
    expect(pixels.subarray(3 * slotBytes)).toEqual(world.expected.subarray(3 * slotBytes));
    writeFiles(world.datasetFolder, { 'cat/1.png': original });
    expect((await load(world)).problems).toMatchObject([{ path: 'cat/2.png' }]);
  });

  it('keeps what it had decoded when it was cancelled', async () => {
    const world = await makeWorld(40);
    const controller = new AbortController();
    const onProgress = ({ stage, done }: { stage: string; done: number }): void => {
      if (stage === 'Decoding images' && done > 0) controller.abort();
    };
    const call = createPixelSource().load(world, world.samples, size, { signal: controller.signal, onProgress });
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(readFileSync(join(world.folder, 'cache/pixels-16/pixels.bin')).length).toBeGreaterThan(0);
    expect(await load(world)).toEqual({ pixels: world.expected, problems: [] });
  });
});

describe('batches', () => {
  it('give the same squares a few at a time, and keep nothing', async () => {
    const world = await makeWorld();
    writeFiles(world.datasetFolder, { 'cat/3.png': '' });
    const batches = await Array.fromAsync(createPixelSource().batches(world, world.samples, size, 2));
    expect(batches.map(({ firstIndex, pictures }) => [firstIndex, pictures.length])).toEqual([
      [0, 2],
      [2, 2],
      [4, 1],
    ]);
    expect(batches.map(({ problems }) => problems.map(({ kind }) => kind))).toEqual([[], ['empty'], []]);
    const expected = Buffer.from(world.expected).fill(128, 3 * slotBytes, 4 * slotBytes);
    expect(Buffer.concat(batches.map(({ pictures }) => toSquares(pictures, size)))).toEqual(expected);
    expect(existsSync(join(world.folder, 'cache'))).toBe(false);
  });
});
