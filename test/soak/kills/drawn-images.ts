/** A small dataset of drawn pictures in class folders, for scenarios that read files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

export const drawnClasses = ['ant', 'bee', 'cow'] as const;

/** `perClass` noise pictures of 32 x 32 pixels in each class folder. */
export async function drawImages(folder: string, perClass: number): Promise<void> {
  let number = 0;
  for (const name of drawnClasses) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let index = 0; index < perClass; index += 1) {
      number += 1;
      const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (_, place) => (place * number * 7 + (place >> 3)) % 251);
      const png = await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
        .png()
        .toBuffer();
      writeFileSync(join(folder, name, `${String(index).padStart(3, '0')}.png`), png);
    }
  }
}
