/** Folders with small images for tests of the importer, the caches and the export. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { ClassId, Sample, SampleId } from '../../src-main/core/dataset/sample.ts';
import type { ImageFormat } from '../../src-main/media/image-format.ts';

/** An empty folder that is removed when the test ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-media-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes files, making their folders. */
export function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A grainy picture that no decoder can compress to nothing; other seeds give other bytes. */
export async function makeImage(format: ImageFormat, width = 24, height = 16, seed = 1): Promise<Buffer> {
  const pixels = Buffer.from(
    Array.from({ length: width * height * 3 }, (_, index) => (index * index * seed + 31 * index) % 251),
  );
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

/** A sample for a file as it is now. */
export function sampleOf(folder: string, path: string, id = 1): Sample {
  const bytes = readFileSync(join(folder, path));
  return {
    id: id as SampleId,
    path,
    contentHash: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    modifiedAtMs: Math.trunc(statSync(join(folder, path)).mtimeMs),
    width: 24,
    height: 16,
    givenClassId: 1 as ClassId,
    presence: 'present',
  };
}

/** Everything below a folder with its hash, for "nothing was changed". */
export function hashTree(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}
