/**
 * Makes the example dataset: several hundred drawn pictures in class folders, imbalanced, with a known share of wrong labels. The
 * same seed gives the same files, byte for byte, on the same version of sharp.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { createRandom, deriveSeed, type RandomGenerator } from '../core/random/random-generator.ts';
import { shuffle } from '../core/random/shuffle.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import { drawExample, exampleClasses, type ExampleClass } from './example-drawing.ts';
import { toTouchstoneError } from './file-system-errors.ts';
import { imageConcurrency, mapInOrder } from './ordered-map.ts';
import { throttledProgress } from './progress-throttle.ts';

/** One picture of the example and what it really shows. */
export interface ExampleImage {
  /** Relative to the folder, with `/`; the first part is the given label. */
  readonly path: string;
  readonly givenLabel: string;
  readonly trueLabel: string;
}

/** Pictures per class, in the order of `exampleClasses`: 600 in all, the first five times as many as the last. */
const classCounts = [180, 144, 108, 84, 48, 36];

const wrongShare = 0.2;

/** Sides in pixels: real folders are not all of one size either. */
const sides = [112, 128, 144, 160];

/** Standard deviation of the noise on each pixel, of 255. */
const noiseSigma = 10;

/**
 * Draws the dataset into `folder`, which is made where it does not exist, and returns the truth in the order of the files' numbers.
 *
 * @throws {TouchstoneError} `disk-full`, `permission-denied`, `file-system`, `cancelled`.
 */
export async function drawExampleDataset(
  folder: string,
  seed: number,
  options?: LongCallOptions,
): Promise<readonly ExampleImage[]> {
  const images = planImages(createRandom(deriveSeed(seed, 'labels')));
  const report = throttledProgress('Drawing images', images.length, options);
  try {
    for (const name of exampleClasses) await mkdir(join(folder, name), { recursive: true });
    const draw = async (image: PlannedImage, index: number): Promise<number> => {
      await drawImage(folder, image, deriveSeed(seed, index));
      return index + 1;
    };
    for await (const done of mapInOrder(images, imageConcurrency, draw, options?.signal)) report(done);
  } catch (error) {
    throw toTouchstoneError(error, 'write the example to', folder);
  }
  return images;
}

interface PlannedImage extends ExampleImage {
  readonly trueLabel: ExampleClass;
}

function planImages(random: RandomGenerator): readonly PlannedImage[] {
  const truth = exampleClasses.flatMap((name, index) => new Array<ExampleClass>(classCounts[index] ?? 0).fill(name));
  shuffle(truth, random);
  const order = truth.map((_, index) => index);
  shuffle(order, random);
  const wrong = new Set(order.slice(0, Math.round(wrongShare * truth.length)));
  return truth.map((trueLabel, index) => {
    const givenLabel = wrong.has(index) ? otherClass(trueLabel, random) : trueLabel;
    const ending = index % 3 === 0 ? 'png' : 'jpg';
    return { path: `${givenLabel}/${String(index + 1).padStart(4, '0')}.${ending}`, givenLabel, trueLabel };
  });
}

function otherClass(trueLabel: ExampleClass, random: RandomGenerator): ExampleClass {
  const others = exampleClasses.filter((name) => name !== trueLabel);
  return others[random.integer(others.length)] ?? trueLabel;
}

async function drawImage(folder: string, image: PlannedImage, seed: number): Promise<void> {
  const random = createRandom(seed);
  const pixels = sides[random.integer(sides.length)] ?? 128;
  const drawing = Buffer.from(drawExample(image.trueLabel, pixels, random));
  const { data, info } = await sharp(drawing).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  addNoise(data, random);
  const noisy = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  await writeFile(join(folder, image.path), await encode(noisy, image.path).toBuffer());
}

/** As much on every channel, so that the picture looks grainy and not speckled with colour. */
function addNoise(pixels: Buffer, random: RandomGenerator): void {
  for (let index = 0; index + 2 < pixels.length; index += 3) {
    // The sum of two uniform draws is close enough to normal here, and four times as fast.
    const noise = (random.uniform() + random.uniform() - 1) * noiseSigma * Math.sqrt(6);
    for (let channel = index; channel < index + 3; channel += 1) {
      pixels[channel] = Math.max(0, Math.min(255, Math.round((pixels[channel] ?? 0) + noise)));
    }
  }
}

function encode(picture: Sharp, path: string): Sharp {
  return path.endsWith('.png') ? picture.png() : picture.jpeg({ quality: 85 });
}
