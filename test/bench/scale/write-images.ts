/**
 * Images as quick to write and to decode as can be: GIFs of 2 x 2 pixels, the four of them of a colour that depends on the class, with noise. One in
 * twenty lies in the folder of another class. No folders within those of the classes: a label is the whole path.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';

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
  for (let number = 0; number < samples; number += 1) {
    const trueClass = number % classCount;
    const isWrong = random.uniform() < wrongShare;
    const givenClass = isWrong ? Math.floor(random.uniform() * classCount) : trueClass;
    const place = path.join(folder, `class-${givenClass}`);
    mkdirSync(place, { recursive: true });
    const palette = (colors[trueClass] ?? []).map((mean) => mean + noise * (2 * random.uniform() - 1));
    writeFileSync(path.join(place, `${number}.gif`), gif(palette, number));
  }
}

/** `palette`: red, green, blue of each pixel. The number is in a comment and makes each file another one. */
function gif(palette: readonly number[], number: number): Buffer {
  const comment = Buffer.from(String(number).padStart(8, '0'), 'latin1');
  return Buffer.concat([start, Buffer.from(palette), commentStart, comment, end]);
}

/** Two by two pixels, a palette of four colours. */
const start = Buffer.from('GIF89a\x02\0\x02\0\x81\0\0', 'latin1');
const commentStart = Buffer.from('!\xfe\x08', 'latin1');
/** The pixels are colours 0, 1, 2, 3 in LZW: clear, 0, 1, 2 (three bits each), 3, end (four bits each). */
const end = Buffer.concat([
  Buffer.from('\0,\0\0\0\0\x02\0\x02\0\0\x02', 'latin1'),
  packed([
    [4, 3],
    [0, 3],
    [1, 3],
    [2, 3],
    [3, 4],
    [5, 4],
  ]),
  Buffer.from('\0;', 'latin1'),
]);

/** A block of GIF data: its length, then the codes from the lowest bit on. */
function packed(codes: readonly (readonly [code: number, bits: number])[]): Buffer {
  let [value, length] = [0, 0];
  for (const [code, bits] of codes) {
    value |= code << length;
    length += bits;
  }
  const bytes = Array.from({ length: Math.ceil(length / 8) }, (_, place) => (value >>> (8 * place)) & 255);
  return Buffer.from([bytes.length, ...bytes]);
}
