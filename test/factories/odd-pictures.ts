/** Pictures with something the matter, drawn for the check of the pictures. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { createRandom } from '../../src-main/core/random/random-generator.ts';

/** Rectangles of random greys: sharp, and unlike any other seed's. */
export function drawScene(seed: number, width = 120, height = 90): Buffer {
  const random = createRandom(seed);
  const pixels = Buffer.alloc(width * height, 40 + random.integer(60));
  for (let shape = 0; shape < 25; shape++) {
    const [left, top] = [random.integer(width), random.integer(height)];
    const [right, bottom] = [left + 6 + random.integer(40), top + 6 + random.integer(40)];
    const value = 20 + random.integer(220);
    for (let y = top; y < Math.min(bottom, height); y++)
      pixels.fill(value, y * width + left, y * width + Math.min(right, width));
  }
  return pixels;
}

export function sceneOf(seed: number, width = 120, height = 90): Sharp {
  return sharp(drawScene(seed, width, height), { raw: { width, height, channels: 1 } });
}

export async function writeImage(folder: string, name: string, image: Sharp): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await image.png().toBuffer());
}

/** Ordinary scenes in the classes `left` and `right`, and one of each problem, all in `left` but for the twin `right/twin.png`. */
export async function writeOddPictures(folder: string, ordinary: number): Promise<void> {
  for (let seed = 0; seed < ordinary; seed++) {
    await writeImage(folder, `${seed % 2 === 0 ? 'left' : 'right'}/scene-${seed}.png`, sceneOf(seed));
  }
  await writeImage(folder, 'left/smaller.png', sceneOf(0).resize(80, 60));
  await writeImage(folder, 'right/twin.png', sceneOf(2).linear(0.97, 3));
  await writeImage(folder, 'left/blurred.png', sceneOf(1001, 240, 180).blur(9));
  await writeImage(folder, 'left/dark.png', sceneOf(1002).linear(0.15, 0));
  await writeImage(folder, 'left/bright.png', sceneOf(1003).linear(0.15, 215));
  await writeImage(folder, 'left/wide.png', sceneOf(1004, 200, 40));
  await writeImage(
    folder,
    'left/plain.png',
    sharp({ create: { width: 60, height: 50, channels: 3, background: '#777' } }),
  );
}
