/** File and class names of every kind, from the folder through the import to the names of an export. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RandomGenerator } from '../../../../src-main/core/random/random-generator.ts';
import { createDatasetWriter } from '../../../../src-main/media/export-writer.ts';
import { listDataset } from '../../../../src-main/media/dataset-listing.ts';
import { inspectFiles } from '../../../../src-main/media/image-inspection.ts';
import { pick } from '../mutate.ts';
import type { FuzzTarget } from '../target.ts';

const parts = [
  'con',
  'CON.png',
  'nul',
  'aux.txt',
  'COM1',
  'lpt9.jpg',
  'a',
  'A',
  'cat ',
  ' cat',
  'cat.',
  '...',
  '..png',
  '-rf',
  '~',
  '$HOME',
  '%00',
  '%2e%2e',
  'a:b',
  'a?b',
  'a*b',
  'a"b',
  "a'b",
  'a|b',
  'a<b>',
  'a\\b',
  '\u0001',
  '\u007f',
  '\n',
  '\u202egnp.exe',
  '\u200fx',
  'é',
  'e\u0301',
  'İ',
  'ß',
  'ẞ',
  'ﬁ',
  '🐦',
  'x'.repeat(200),
  'é'.repeat(100),
  'manifest.csv',
  '__proto__',
  'constructor',
  '=1+1',
  'desktop.ini',
  '.hidden',
  'ａ',
] as const;
/** A picture of one pixel. */
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

function makePath(random: RandomGenerator): string {
  const depth = 1 + random.integer(3);
  const names = Array.from(
    { length: depth + 1 },
    () => pick(parts, random) + (random.uniform() < 0.3 ? pick(parts, random) : ''),
  );
  return `${names.join('/')}${pick(['', '.png', '.GIF'], random)}`;
}

export const target: FuzzTarget = {
  weight: 15,
  prepare: async () => undefined,
  run: async (random, folder) => {
    const dataset = join(folder, 'dataset');
    for (let left = 1 + random.integer(25); left > 0; left -= 1) {
      const file = join(dataset, makePath(random));
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, Buffer.concat([gif, Buffer.from([random.integer(256)])]));
      } catch {
        // A name that this file system does not take, or a file where a folder should be.
      }
    }
    const { files } = await listDataset(dataset, { kind: 'folders' });
    const items = [];
    for await (const { found } of inspectFiles(dataset, files, new Map())) if (found !== null) items.push(found);
    const writer = createDatasetWriter();
    const names = writer.planNames(items.map(({ path, givenLabel }) => ({ path, label: givenLabel })));
    requireSafe(names.map(({ targetPath }) => targetPath));
    const plan = {
      datasetFolder: dataset,
      targetFolder: join(folder, 'export'),
      ...({ format: 'folders', link: 'copy', manifest: [] } as const),
      items: items.map((item, index) => ({
        sourcePath: item.path,
        targetPath: names[index]?.targetPath ?? '',
        contentHash: item.contentHash,
        row: {},
      })),
    };
    const { filesWritten } = await writer.write(plan);
    assert.equal(filesWritten, items.length + 1);
  },
};

function requireSafe(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    for (const part of path.split('/')) {
      assert.ok(
        part !== '' && part !== '.' && part !== '..' && !reserved.test(part) && !/[. ]$/.test(part),
        JSON.stringify(path),
      );
      assert.ok(!/[\u0000-\u001f<>:"\\|?*]/.test(part) && Buffer.byteLength(part) <= 255, JSON.stringify(path));
    }
    const folded = path.normalize('NFKC').toLowerCase().normalize('NFC');
    const plain = path.normalize('NFC').toLowerCase();
    assert.ok(!seen.has(plain), `two files would share ${JSON.stringify(folded)}`);
    seen.add(plain);
  }
}
