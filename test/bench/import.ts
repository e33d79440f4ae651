/**
 * Images per second of an import against a bare loop over sharp that reads, hashes and fully decodes the same files, as many at a time.
 * Both in one process, in turns, so that they meet the same machine.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createDatasetReader } from '../../src-main/media/dataset-reader.ts';
import { imageConcurrency, mapInOrder } from '../../src-main/media/ordered-map.ts';
import type { ListedFile } from '../../src-main/services/ports/dataset-reader.ts';

const imageCount = 5000;
const rounds = 3;

/**
 * Prints both rates and their ratio; fails under 0.8.
 *
 * @param args A folder of class folders to measure on; without one, 5,000 generated 32 x 32 PNG images.
 */
export async function run(args: readonly string[]): Promise<void> {
  const scratch = args[0] === undefined ? await mkdtemp(join(tmpdir(), 'touchstone-bench-')) : null;
  const folder = args[0] ?? scratch ?? '';
  try {
    if (scratch !== null) await generateImages(scratch);
    await measure(folder);
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true });
  }
}

async function measure(folder: string): Promise<void> {
  const { files } = await createDatasetReader().list(folder, { kind: 'folders' });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await secondsOf(() => runBareLoop(folder, files)));
    ours.push(await secondsOf(() => runImport(folder)));
  }
  const ratio = Math.min(...bare) / Math.min(...ours);
  print('bare loop over sharp', files.length, Math.min(...bare));
  print('import', files.length, Math.min(...ours));
  console.log(
    `ratio ${ratio.toFixed(3)} (at least 0.8 is wanted; best of ${rounds} rounds, ${imageConcurrency} at a time)`,
  );
  if (ratio < 0.8) process.exitCode = 1;
}

async function runImport(folder: string): Promise<void> {
  const reader = createDatasetReader();
  const { files } = await reader.list(folder, { kind: 'folders' });
  let found = 0;
  for await (const inspection of reader.inspect(folder, files, new Map())) if (inspection.found !== null) found += 1;
  if (found !== files.length) throw new Error(`Only ${found} of ${files.length} images were imported`);
}

async function runBareLoop(folder: string, files: readonly ListedFile[]): Promise<void> {
  const work = async ({ path }: ListedFile): Promise<number> => {
    const bytes = await readFile(join(folder, path));
    createHash('sha256').update(bytes).digest('hex');
    const { info } = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true });
    return info.width;
  };
  for await (const width of mapInOrder(files, imageConcurrency, work)) if (width === 0) throw new Error('No pixels');
}

async function generateImages(folder: string): Promise<void> {
  for (let label = 0; label < 10; label += 1) await mkdir(join(folder, `class-${label}`));
  const indices = Array.from({ length: imageCount }, (_, index) => index);
  const work = async (index: number): Promise<number> => {
    const pixels = Buffer.from(
      Array.from({ length: 32 * 32 * 3 }, (_, place) => (place * (index + 7) + (place >> 5)) % 256),
    );
    const png = await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(join(folder, `class-${index % 10}`, `${index}.png`), png);
    return index;
  };
  for await (const index of mapInOrder(indices, imageConcurrency, work)) if (index < 0) throw new Error('No index');
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

function print(what: string, count: number, seconds: number): void {
  console.log(
    `${what.padEnd(24)} ${(count / seconds).toFixed(0).padStart(6)} images/s   ${seconds.toFixed(2)} s for ${count}`,
  );
}
