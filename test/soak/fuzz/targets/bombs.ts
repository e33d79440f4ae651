/** Small files that say they are huge, or are, once decompressed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { inspectFiles } from '../../../../src-main/media/image-inspection.ts';
import { decodeSquare } from '../../../../src-main/media/decode.ts';
import { pick } from '../mutate.ts';
import type { FuzzTarget } from '../target.ts';

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A PNG of one colour of any size; its rows are real up to `rows`. */
function makePng(width: number, height: number, rows: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc(Math.min((width + 1) * rows, 40_000_000)), { level: 1 });
  const text = chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(30_000_000))]));
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([magic, chunk('IHDR', header), text, chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** A screen that is far larger than its one frame. */
function makeGif(width: number, height: number): Buffer {
  const screen = Buffer.from('GIF89a\0\0\0\0\xf0\0\0\0\0\0\xff\xff\xff', 'latin1');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  return Buffer.concat([screen, Buffer.from(',\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0;', 'latin1')]);
}

function makeTiff(width: number, height: number): Buffer {
  const entries: readonly (readonly [number, number])[] = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 5],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, height],
    [279, 10],
  ];
  const file = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, value], index) => {
    const at = 10 + index * 12;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(4, at + 2);
    file.writeUInt32LE(1, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  return file;
}

const sides = [1, 4_000, 9_999, 10_001, 20_000, 65_535, 100_000, 2_147_483_647] as const;

export const target: FuzzTarget = {
  weight: 2,
  prepare: async () => undefined,
  run: async (random, folder) => {
    const [width, height] = [pick(sides, random), pick(sides, random)];
    const make = [
      () => makePng(width, height, 1 + random.integer(50)),
      () => makeGif(width & 0xffff, height & 0xffff),
      () => makeTiff(width, height),
    ];
    const bytes = pick(make, random)();
    await writeFile(join(folder, 'bomb.png'), bytes);
    const inspections = inspectFiles(folder, [{ path: 'bomb.png', label: 'a' }], new Map());
    while ((await inspections.next()).done !== true);
    await decodeSquare(bytes, 32);
  },
};
