/** The picture files of a generated project: every one differs, so that each has to be read, decoded and shown for itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { hashBytes } from '../../../src-main/media/content-hash.ts';
import { projectFileName } from '../../../src-main/storage/project-files.ts';

const originals = 20;
const [width, height] = [160, 120];
const grain = 16;

/** Writes one JPEG per sample of the project below its `images`, and what an import would have found out about it. */
export async function writePictures(project: string): Promise<void> {
  const database = new Database(path.join(project, projectFileName));
  try {
    database.pragma('synchronous = OFF');
    const samples = database.prepare<[], { id: number; path: string }>('SELECT id, path FROM samples').all();
    const update = database.prepare(
      'UPDATE samples SET content_hash = ?, size_bytes = ?, width = ?, height = ? WHERE id = ?',
    );
    const drawn = await Promise.all(Array.from({ length: originals }, (_, seed) => drawOriginal(seed)));
    const images = path.join(project, 'images');
    for (const folder of new Set(samples.map((sample) => path.dirname(sample.path)))) {
      mkdirSync(path.join(images, folder), { recursive: true });
    }
    database.exec('BEGIN');
    for (const { id, path: file } of samples) {
      const bytes = numbered(drawn[id % originals] ?? Buffer.alloc(0), id);
      writeFileSync(path.join(images, file), bytes);
      update.run(await hashBytes(bytes), bytes.length, width, height, id);
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

function drawOriginal(seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(grain * grain * 3);
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = (Math.imul(seed * 7919 + index, 2_654_435_761) >>> 24) & 255;
  }
  const small = sharp(pixels, { raw: { width: grain, height: grain, channels: 3 } });
  return small.resize(width, height, { fit: 'fill' }).jpeg().toBuffer();
}

/** A JPEG with a comment behind its first marker that makes the file its own. */
function numbered(jpeg: Buffer, id: number): Uint8Array<ArrayBuffer> {
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
  comment.writeUInt32BE(id, 4);
  return new Uint8Array(Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]));
}
