/** Small plain PNGs decode to what sharp makes of them, and everything else is left to it. */
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { openUpright } from '../../src-main/media/decode.ts';
import { decodePlainPng } from '../../src-main/media/plain-png.ts';

/** Slopes, edges and grain, so that every filter is the best somewhere. */
function picture(width: number, height: number, channels: 1 | 3 | 4): Sharp {
  const values = Buffer.from(
    Array.from({ length: width * height * channels }, (_, index) => {
      const [x, y] = [Math.floor(index / channels) % width, Math.floor(index / channels / width)];
      return (x * 7 + (index % channels) * 40 + (y % 5) * x + (y % 3 === 0 ? (index * index) % 251 : y * 3)) & 255;
    }),
  );
  const image = sharp(values, { raw: { width, height, channels } });
  return channels === 1 ? image.toColourspace('b-w') : image;
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** With one more chunk behind the header. */
function withChunk(png: Buffer, name: string, content: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunk(name, content), png.subarray(33)]);
}

/** Bytes as they come, in rows under the filters given: any bytes are right under any filter. */
function filteredPng(width: number, channels: 1 | 3, filters: readonly number[]): Buffer {
  const rows = filters.map((filter, row) =>
    Buffer.from(
      Array.from({ length: 1 + width * channels }, (_, at) => (at === 0 ? filter : (at * at * 37 + row * 91) & 255)),
    ),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(filters.length, 4);
  header.set([8, channels === 1 ? 0 : 2], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const data = chunk('IDAT', deflateSync(Buffer.concat(rows)));
  return Buffer.concat([signature, chunk('IHDR', header), data, chunk('IEND', Buffer.alloc(0))]);
}

async function expectSameAsSharp(png: Buffer): Promise<void> {
  const decoded = decodePlainPng(png);
  const { data, info } = await openUpright(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect(decoded).toMatchObject({ width: info.width, height: info.height });
  expect(Buffer.compare(decoded?.pixels ?? Buffer.alloc(0), data)).toBe(0);
}

describe('plain PNGs', () => {
  it.each([
    [32, 32, 3],
    [28, 28, 1],
    [1, 1, 3],
    [1, 17, 1],
    [127, 3, 3],
    [128, 128, 3],
  ] as const)('of %i x %i pixels and %i channels', async (width, height, channels) => {
    await expectSameAsSharp(await picture(width, height, channels).png().toBuffer());
    await expectSameAsSharp(await picture(width, height, channels).png({ adaptiveFiltering: true }).toBuffer());
  });

  it.each([1, 3] as const)('under every filter, with %i channels', async (channels) => {
    for (const first of [0, 1, 2, 3, 4])
      await expectSameAsSharp(filteredPng(9, channels, [first, 1, 2, 3, 4, 0, 3, 4, 4]));
  });

  it('with a text, and in a part of a larger memory', async () => {
    const png = withChunk(await picture(9, 7, 3).png().toBuffer(), 'tEXt', Buffer.from('Comment\0hello'));
    await expectSameAsSharp(png);
    expect(decodePlainPng(Buffer.concat([Buffer.alloc(5), png]).subarray(5))).toEqual(decodePlainPng(png));
  });
});

describe('left to libvips', () => {
  const cases: Readonly<Record<string, () => Promise<Buffer>>> = {
    'another format': () => picture(8, 8, 3).jpeg().toBuffer(),
    'a picture that is not small': () => picture(129, 128, 3).png().toBuffer(),
    transparency: () => picture(8, 8, 4).png().toBuffer(),
    'a palette': () => picture(8, 8, 3).png({ palette: true }).toBuffer(),
    'sixteen bits': () => picture(8, 8, 3).toColourspace('rgb16').png().toBuffer(),
    interlacing: () => picture(8, 8, 3).png({ progressive: true }).toBuffer(),
    'an orientation': () => picture(8, 8, 3).withMetadata({ orientation: 6 }).png().toBuffer(),
    'a colour profile': () => picture(8, 8, 3).withIccProfile('p3').png().toBuffer(),
    'a transparent colour': async () => withChunk(await picture(8, 8, 3).png().toBuffer(), 'tRNS', Buffer.alloc(6)),
    'a filter that there is not': () => Promise.resolve(filteredPng(8, 3, [1, 5])),
    'nothing at all': () => Promise.resolve(Buffer.alloc(0)),
  };

  it.each(Object.keys(cases))('%s', async (name) => {
    expect(decodePlainPng(await cases[name]!())).toBeNull();
  });

  it('damage at any place, and bytes behind the end', async () => {
    const png = await picture(6, 5, 3).png().toBuffer();
    expect(decodePlainPng(png)).not.toBeNull();
    for (let length = 0; length < png.length; length++) expect(decodePlainPng(png.subarray(0, length))).toBeNull();
    for (let at = 0; at < png.length; at++) {
      const damaged = Buffer.from(png);
      damaged[at]! ^= 1;
      expect(decodePlainPng(damaged)).toBeNull();
    }
    expect(decodePlainPng(Buffer.concat([png, Buffer.of(0)]))).toBeNull();
  });

  it('fewer or more rows than the header says', () => {
    const rows = filteredPng(8, 3, [1, 2, 3]);
    for (const said of [2, 4]) {
      const header = Buffer.from(rows.subarray(16, 29));
      header.writeUInt32BE(said, 4);
      expect(decodePlainPng(Buffer.concat([rows.subarray(0, 8), chunk('IHDR', header), rows.subarray(33)]))).toBeNull();
    }
  });
});
