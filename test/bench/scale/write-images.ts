/**
 * Images as quick to write and to decode as can be: GIFs of 8 x 8 pixels, every quarter of a colour that depends on the class, with noise. One in
 * twenty lies in the folder of another class. No folders within those of the classes: a label is the whole path.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import { imageSize as side } from './small-backbone.ts';

/** However many images there are: the ranking's cost grows with the classes too. */
export const classCount = 20;
const wrongShare = 0.05;
/** Per channel, of 255: neighbouring classes overlap a little. */
const noise = 30;

export function writeImages(folder: string, samples: number): void {
  const random = createRandom(1);
  const colors = Array.from({ length: classCount }, () =>
    Array.from({ length: 12 }, () => 40 + 175 * random.uniform()),
  );
  const folders = colors.map((_, index) => path.join(folder, `class-${index}`));
  for (const place of folders) mkdirSync(place, { recursive: true });
  for (let number = 0; number < samples; number += 1) {
    const trueClass = number % classCount;
    const isWrong = random.uniform() < wrongShare;
    const givenClass = isWrong ? Math.floor(random.uniform() * classCount) : trueClass;
    const palette = (colors[trueClass] ?? []).map((mean) => mean + noise * (2 * random.uniform() - 1));
    writeFileSync(path.join(folders[givenClass] ?? folder, `${number}.gif`), gif(palette, number));
  }
}

/** `palette`: red, green, blue of each quarter. The number is in a comment and makes each file another one. */
function gif(palette: readonly number[], number: number): Buffer {
  const comment = Buffer.from(String(number).padStart(8, '0'), 'latin1');
  return Buffer.concat([start, Buffer.from(palette), commentStart, comment, end]);
}

/** A palette of four colours. */
const start = Buffer.concat([Buffer.from('GIF89a', 'latin1'), Buffer.from([side, 0, side, 0, 0x81, 0, 0])]);
const commentStart = Buffer.from('!\xfe\x08', 'latin1');
const end = Buffer.concat([
  Buffer.from('\0,\0\0\0\0', 'latin1'),
  Buffer.from([side, 0, side, 0, 0, 2]),
  packed(quarterCodes()),
  Buffer.from('\0;', 'latin1'),
]);

/** LZW: "clear" (4) before every second pixel, so that all codes stay three bits long; 5 is the end. */
function quarterCodes(): number[] {
  const codes: number[] = [];
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    if (pixel % 2 === 0) codes.push(4);
    codes.push(2 * Number(y >= side / 2) + Number(x >= side / 2));
  }
  return [...codes, 5];
}

/** A block of GIF data: its length, then the codes of three bits from the lowest bit on. */
function packed(codes: readonly number[]): Buffer {
  const bytes = Buffer.alloc(1 + Math.ceil((3 * codes.length) / 8));
  bytes[0] = bytes.length - 1;
  codes.forEach((code, index) => {
    for (let bit = 0; bit < 3; bit += 1) {
      const place = 3 * index + bit;
      bytes[1 + (place >> 3)]! |= ((code >> bit) & 1) << (place & 7);
    }
  });
  return bytes;
}
