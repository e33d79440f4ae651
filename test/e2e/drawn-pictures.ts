/** Tiny pictures that a small network can tell apart in a moment: stripes of three directions, some with a wrong label. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { createRandom } from '../../src-main/core/random/random-generator.ts';

export const drawnClasses = ['across', 'down', 'spots'] as const;
export type DrawnClass = (typeof drawnClasses)[number];

const side = 32;

/** One file and what it really shows. */
export interface DrawnPicture {
  readonly path: string;
  readonly givenLabel: DrawnClass;
  readonly trueLabel: DrawnClass;
}

function isLight(shown: DrawnClass, x: number, y: number): boolean {
  if (shown === 'across') return y % 8 < 4;
  if (shown === 'down') return x % 8 < 4;
  return x % 8 < 4 && y % 8 < 4;
}

/** A PNG with some noise; the seed makes its bytes its own. */
export async function drawPicture(shown: DrawnClass, seed: number): Promise<Buffer> {
  const random = createRandom(seed);
  const pixels = Buffer.alloc(side * side);
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = (isLight(shown, index % side, Math.floor(index / side)) ? 190 : 40) + random.integer(40);
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer();
}

/** Writes `perClass` pictures into a folder per class; of each class the last `wrongPerClass` show the next class. */
export async function drawDataset(
  folder: string,
  perClass: number,
  wrongPerClass = 0,
): Promise<readonly DrawnPicture[]> {
  const pictures: DrawnPicture[] = [];
  for (const [place, givenLabel] of drawnClasses.entries()) {
    await mkdir(path.join(folder, givenLabel), { recursive: true });
    for (let number = 0; number < perClass; number += 1) {
      const isWrong = number >= perClass - wrongPerClass;
      const trueLabel = isWrong ? (drawnClasses[(place + 1) % drawnClasses.length] ?? givenLabel) : givenLabel;
      const name = `${givenLabel}/${String(number).padStart(3, '0')}.png`;
      await writeFile(path.join(folder, name), await drawPicture(trueLabel, place * 1000 + number));
      pictures.push({ path: name, givenLabel, trueLabel });
    }
  }
  return pictures;
}
