/** The image sets in ../shared import completely. Skipped where they are not there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDatasetReader } from '../../src-main/media/dataset-reader.ts';

const dataFolder = join(import.meta.dirname, '../../../shared/data');

const cases = [
  { name: 'trashnet-small', samples: 2527, classes: 6, twins: 3, listed: ['LICENSE.txt', 'README.md'] },
  { name: 'blood-cells-imbalanced', samples: 2453, classes: 3, twins: 0, listed: ['LICENSE.txt', 'README.md'] },
  { name: 'mnist-4-9/train', samples: 11_791, classes: 2, twins: 0, listed: [] },
  {
    name: 'cifar10n-5k',
    samples: 5000,
    classes: 10,
    twins: 0,
    listed: ['README.md', 'other-human-labels.csv', 'truth.csv'],
  },
];

describe.skipIf(!existsSync(dataFolder))('the image sets of ../shared (skipped where they are missing)', () => {
  it.each(cases)('$name: $samples samples', async ({ name, samples, classes, twins, listed }) => {
    const reader = createDatasetReader();
    const folder = join(dataFolder, name);
    const { files, problems } = await reader.list(folder, { kind: 'folders' });
    expect(new Set(files.map(({ label }) => label)).size).toBe(classes);
    expect(problems.map(({ path, kind }) => [path, kind])).toEqual(listed.map((path) => [path, 'unsupported']));
    const inspections = await Array.fromAsync(reader.inspect(folder, files, new Map()));
    expect(inspections.filter(({ found }) => found !== null).length).toBe(samples);
    const remarks = inspections.flatMap(({ problem }) => problem ?? []);
    expect(remarks.map(({ kind }) => kind)).toEqual(new Array(twins).fill('duplicate-other-label'));
  });
});
