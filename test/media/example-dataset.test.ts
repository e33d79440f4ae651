import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawContactSheet } from '../../src-main/media/contact-sheet.ts';
import { listDataset } from '../../src-main/media/dataset-listing.ts';
import { drawExampleDataset, type ExampleImage } from '../../src-main/media/example-dataset.ts';
import { inspectFiles } from '../../src-main/media/image-inspection.ts';
import { fitText, glyphHeight, textDots, textWidth } from '../../src-main/media/bitmap-font.ts';
import { hashTree, makeFolder, makeImage, writeFiles } from '../factories/make-image-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchstone-example-'));
let truth: readonly ExampleImage[] = [];

beforeAll(async () => {
  truth = await drawExampleDataset(folder, 7);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('draws 600 sound pictures, one in five under a wrong label', async () => {
  expect(truth.filter(({ givenLabel, trueLabel }) => givenLabel !== trueLabel).length).toBe(120);
  const counts = Object.values(Object.groupBy(truth, ({ trueLabel }) => trueLabel)).map((group) => group?.length ?? 0);
  expect(counts.sort((a, b) => b - a)).toEqual([180, 144, 108, 84, 48, 36]);
  const { files } = await listDataset(folder, { kind: 'folders' });
  expect(new Map(files.map(({ path, label }) => [path, label]))).toEqual(
    new Map(truth.map(({ path, givenLabel }) => [path, givenLabel])),
  );
  const inspections = await Array.fromAsync(inspectFiles(folder, files, new Map()));
  expect(inspections.filter(({ found, problem }) => found === null || problem !== null)).toEqual([]);
});

it('draws the same files for the same seed, and others for another', async () => {
  const [again, other] = [makeFolder(), makeFolder()];
  await drawExampleDataset(again, 7);
  expect(hashTree(again)).toEqual(hashTree(folder));
  const controller = new AbortController();
  const options = { signal: controller.signal, onProgress: () => controller.abort() };
  await expect(drawExampleDataset(other, 8, options)).rejects.toMatchObject({ code: 'cancelled' });
  const known = new Set(Object.values(hashTree(folder)));
  const drawn = Object.values(hashTree(other));
  expect(drawn.length).toBeGreaterThan(0);
  expect(drawn.filter((hash) => known.has(hash))).toEqual([]);
});

it('cannot be told apart by mean colours', async () => {
  const means = await Promise.all(
    truth.map(({ path }) => sharp(join(folder, path)).removeAlpha().resize(1, 1, { fit: 'fill' }).raw().toBuffer()),
  );
  const distance = (a: Uint8Array, b: Uint8Array): number =>
    a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
  const right = truth.filter(({ trueLabel }, index) => {
    const mine = means[index] ?? Buffer.alloc(3);
    const distances = means.map((other, place) => (place === index ? Infinity : distance(mine, other)));
    return truth[distances.indexOf(Math.min(...distances))]?.trueLabel === trueLabel;
  });
  // The largest class alone is 30 %.
  expect(right.length / truth.length).toBeLessThan(0.35);
});

it('draws a contact sheet with room for every picture and its lines', async () => {
  const folder = makeFolder();
  writeFiles(folder, { 'cat/1.png': await makeImage('png'), 'cat/2.png': 'broken' });
  const entries = ['cat/1.png', 'cat/2.png', 'gone.png'].map((path) => ({ path, lines: ['cat > dog', '0.97'] }));
  const file = join(folder, 'sheet.png');
  await drawContactSheet(folder, entries, file, { title: 'Suspects', columns: 2 });
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([12 + 2 * 204, 42 + 12 + 2 * (192 + 12 + 2 * 22 + 12)]);
  const pixelAt = (x: number, y: number): number[] => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)];
  expect(pixelAt(12 + 204 + 96, 42 + 96)).toEqual([128, 128, 128]);
  const ink = Array.from({ length: 190 }, (_, x) => pixelAt(12 + x, 42 + 192 + 6 + 7)).filter(([red]) => red === 0x1b);
  expect(ink.length).toBeGreaterThan(10);
});

it('says so where the sheet cannot be written', async () => {
  const folder = makeFolder();
  await expect(drawContactSheet(folder, [], join(folder, 'none/sheet.png'), { title: 'x' })).rejects.toThrow(/sheet/);
});

it('fits texts by cutting them, and draws accents and unknown letters as something', () => {
  expect(fitText('zigzag', 100)).toBe('zigzag');
  expect(textWidth(fitText('a very long label', 40))).toBeLessThanOrEqual(40);
  expect(textDots('é')).toEqual(textDots('e'));
  expect(textDots('猫').length).toBeGreaterThan(10);
  for (const { y } of textDots('gjpqy')) expect(y).toBeLessThan(glyphHeight);
});
