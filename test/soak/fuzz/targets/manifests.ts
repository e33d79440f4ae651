/** Manifests: formulas, quotes that never close, deep and broken JSON, paths that leave the folder, endless lines. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RandomGenerator } from '../../../../src-main/core/random/random-generator.ts';
import { listDataset } from '../../../../src-main/media/dataset-listing.ts';
import { inspectFiles } from '../../../../src-main/media/image-inspection.ts';
import { mutate, pick } from '../mutate.ts';
import { secretText, type FuzzTarget } from '../target.ts';

const texts = [
  '=HYPERLINK("http://attacker.example")',
  '@SUM(1)',
  '+1',
  '-1',
  '"',
  '""',
  '\0',
  '\ufeff',
  '\u202egnp.exe',
  '../../secret.txt',
  '/etc/passwd',
  'C:\\windows\\win.ini',
  '\\\\server\\share',
  'file:///etc/passwd',
  '__proto__',
  'constructor',
  'a/./b',
  'a//b',
  '.',
  '..',
  '',
  ' ',
  '\t',
  '\n',
  'x'.repeat(5_000),
  '\ud800',
  'é',
  'e\u0301',
  '{"path":1}',
  '🐦'.repeat(300),
  '\r',
] as const;

function makeCsv(random: RandomGenerator): string {
  const delimiter = pick([',', ';', '\t'], random);
  const rows = Array.from({ length: random.integer(40) }, () =>
    [pick(texts, random), pick(texts, random)].join(delimiter),
  );
  return [`path${delimiter}label`, ...rows].join(pick(['\n', '\r\n', '\r'], random));
}

function makeJsonLines(random: RandomGenerator): string {
  const depth = pick([1, 100, 100_000], random);
  const values: readonly unknown[] = [null, 1, [], {}, pick(texts, random), true];
  const line = (): string =>
    pick(
      [
        JSON.stringify({ path: pick(values, random), label: pick(values, random) }),
        `${'['.repeat(depth)}${']'.repeat(depth)}`,
        `{"path":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)},"label":"x"}`,
        '{"__proto__":{"label":"x"},"path":"a.png"}',
        '{"path":"a.png","label":"x"',
      ],
      random,
    );
  return Array.from({ length: 1 + random.integer(20) }, line).join('\n');
}

/** One line of a gigabyte; the disk keeps none of it. */
async function writeEndless(file: string): Promise<void> {
  const handle = await open(file, 'w');
  await handle.write('path,label\n');
  await handle.truncate(1_000_000_000);
  await handle.close();
}

export const target: FuzzTarget = {
  weight: 20,
  prepare: async () => undefined,
  run: async (random, folder) => {
    const kind = pick(['csv', 'jsonl'] as const, random);
    const file = join(folder, pick([`labels.${kind}`, `metadata.${kind}`], random));
    if (random.integer(100) === 0) await writeEndless(file);
    else {
      const text = Buffer.from(kind === 'csv' ? makeCsv(random) : makeJsonLines(random));
      await writeFile(file, random.uniform() < 0.5 ? text : mutate(text, random));
    }
    const source = random.uniform() < 0.5 ? ({ kind: 'folders' } as const) : ({ kind, file } as const);
    const { files } = await listDataset(folder, source);
    const secret = createHash('sha256').update(secretText).digest('hex');
    for await (const { found } of inspectFiles(folder, files, new Map())) assert.notEqual(found?.contentHash, secret);
  },
};
