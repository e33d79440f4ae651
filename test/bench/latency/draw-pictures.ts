/** Pictures that take as long to decode as photographs of their size, and differ in every byte. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

const side = 96;
const grain = 24;

/** `count` JPEG files in folders named after their class. */
export async function drawNoisePictures(folder: string, count: number, classCount: number): Promise<void> {
  for (let number = 0; number < classCount; number++)
    await mkdir(path.join(folder, `class ${number}`), { recursive: true });
  for (let number = 0; number < count; number++) {
    const pixels = Buffer.alloc(grain * grain * 3);
    for (let index = 0; index < pixels.length; index++)
      pixels[index] = (Math.imul(number * 7919 + index, 2_654_435_761) >>> 24) & 255;
    const small = sharp(pixels, { raw: { width: grain, height: grain, channels: 3 } });
    const picture = await small.resize(side, side).jpeg().toBuffer();
    await writeFile(path.join(folder, `class ${number % classCount}`, `${number}.jpg`), picture);
  }
}
