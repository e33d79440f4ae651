import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { listDataset } from '../../src-main/media/dataset-listing.ts';
import { createDatasetWriter } from '../../src-main/media/export-writer.ts';
import type { ExportPlan } from '../../src-main/services/ports/dataset-writer.ts';
import { hashTree, makeFolder, makeImage, sampleOf, writeFiles } from '../factories/make-image-folder.ts';

const writer = createDatasetWriter();
/** For processes that are limited or killed. */
const writerFile = join(import.meta.dirname, '../../src-main/media/export-writer.ts');
const isWindows = process.platform === 'win32';

async function makePlan(change: Partial<ExportPlan> = {}): Promise<ExportPlan> {
  const datasetFolder = makeFolder();
  const moves = { 'cat/1.png': 'cat/1.png', 'cat/=2, "x".png': 'dog/2.png', 'dog/3.png': 'dog/3.png' };
  for (const [index, path] of Object.keys(moves).entries()) {
    writeFiles(datasetFolder, { [path]: await makeImage('png', 24, 16, index + 1) });
  }
  const items = Object.entries(moves).map(([sourcePath, targetPath]) => ({
    sourcePath,
    targetPath,
    contentHash: sampleOf(datasetFolder, sourcePath).contentHash,
    row: { path: sourcePath, label: dirname(targetPath), score: null },
  }));
  const manifest = [...items.map(({ row }) => row), { path: 'cat/dropped.png', label: '=1+1\r', score: 0.25 }];
  const targetFolder = join(makeFolder(), 'deep', 'cleaned');
  return { datasetFolder, targetFolder, format: 'folders', link: 'copy', items, manifest, ...change };
}

/** What lies beside the target that looks like an export. */
function leftOvers(plan: ExportPlan): readonly string[] {
  return readdirSync(join(plan.targetFolder, '..'));
}

describe('writing', () => {
  it('copies the images byte for byte under their new names, and touches no original', async () => {
    const plan = await makePlan();
    const before = hashTree(plan.datasetFolder);
    const result = await writer.write(plan);
    const written = hashTree(plan.targetFolder);
    expect(written).toMatchObject({
      'cat/1.png': before['cat/1.png'],
      'dog/2.png': before['cat/=2, "x".png'],
      'dog/3.png': before['dog/3.png'],
    });
    expect(result.filesWritten).toBe(Object.keys(written).length);
    expect(hashTree(plan.datasetFolder)).toEqual(before);
    expect(leftOvers(plan)).toEqual(['cleaned']);
    const rows: unknown = parse(readFileSync(join(plan.targetFolder, 'manifest.csv')), { columns: true });
    expect(rows).toEqual(
      plan.manifest.map((row) => ({ ...row, score: row['score'] === null ? '' : String(row['score']) })),
    );
  });

  it.each(['csv', 'jsonl'] as const)('writes %s labels that import again on the original folder', async (format) => {
    const plan = await makePlan({ format });
    await writer.write(plan);
    expect(readdirSync(plan.targetFolder).sort()).toEqual([`labels.${format}`, 'manifest.csv']);
    const file = join(plan.targetFolder, `labels.${format}`);
    const listing = await listDataset(plan.datasetFolder, { kind: format, file });
    expect(listing.files).toEqual(plan.items.map(({ row }) => ({ path: row['path'], label: row['label'] })));
    expect(listing.problems).toEqual([]);
  });

  it('makes hard links', async () => {
    const plan = await makePlan({ link: 'hard' });
    await writer.write(plan);
    const [original, exported] = [join(plan.datasetFolder, 'cat/1.png'), join(plan.targetFolder, 'cat/1.png')];
    expect(statSync(exported).ino).toBe(statSync(original).ino);
  });

  it.skipIf(isWindows)('makes symbolic links to the originals', async () => {
    const plan = await makePlan({ link: 'symbolic' });
    await writer.write(plan);
    expect(readlinkSync(join(plan.targetFolder, 'cat/1.png'))).toBe(join(plan.datasetFolder, 'cat/1.png'));
  });

  it('fills a folder that exists and is empty', async () => {
    const plan = await makePlan();
    mkdirSync(plan.targetFolder, { recursive: true });
    await writer.write(plan);
    expect(readdirSync(plan.targetFolder).sort()).toEqual(['cat', 'dog', 'manifest.csv']);
  });
});

describe('what goes wrong leaves nothing behind', () => {
  it.each(['copy', 'hard', 'symbolic'] as const)('a source that changed since the import (%s)', async (link) => {
    const plan = await makePlan({ link });
    writeFiles(plan.datasetFolder, { 'dog/3.png': 'other bytes' });
    const failure = { code: 'export-source-changed', details: { path: 'dog/3.png' } };
    await expect(writer.write(plan)).rejects.toMatchObject(failure);
    expect(leftOvers(plan)).toEqual([]);
  });

  it('a source that went', async () => {
    const plan = await makePlan();
    rmSync(join(plan.datasetFolder, 'dog/3.png'));
    await expect(writer.write(plan)).rejects.toMatchObject({ code: 'export-source-changed' });
    expect(leftOvers(plan)).toEqual([]);
  });

  it('a cancel', async () => {
    const plan = await makePlan();
    await expect(writer.write(plan, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(leftOvers(plan)).toEqual([]);
  });

  it('a plan that would write elsewhere', async () => {
    const plan = await makePlan();
    const items = plan.items.map((item) => ({ ...item, targetPath: `../${basename(item.targetPath)}` }));
    await expect(writer.write({ ...plan, items })).rejects.toThrow('may not write');
    expect(leftOvers(plan)).toEqual([]);
  });

  it('a target that was filled meanwhile', async () => {
    const plan = await makePlan();
    writeFiles(plan.targetFolder, { mine: 'x' });
    await expect(writer.write(plan)).rejects.toMatchObject({ code: 'export-folder-not-empty' });
    expect(leftOvers(plan)).toEqual(['cleaned']);
    expect(readdirSync(plan.targetFolder)).toEqual(['mine']);
  });

  it.skipIf(process.platform !== 'linux')('a hard link to another disk', async () => {
    const plan = await makePlan();
    const shared = '/dev/shm';
    const targetFolder = join(shared, `touchstone-${process.pid}`, 'cleaned');
    await expect(writer.write({ ...plan, targetFolder, link: 'hard' })).rejects.toMatchObject({
      code: 'file-system',
      message: expect.stringContaining('another disk') as string,
    });
    expect(readdirSync(dirname(targetFolder))).toEqual([]);
    rmSync(dirname(targetFolder), { recursive: true });
  });

  it.skipIf(isWindows)('a disk that is full', async () => {
    const plan = await makePlan();
    writeFiles(plan.datasetFolder, { 'cat/big.png': Buffer.alloc(1_000_000, 1) });
    const { contentHash } = sampleOf(plan.datasetFolder, 'cat/big.png');
    const big = { sourcePath: 'cat/big.png', targetPath: 'cat/big.png', contentHash, row: {} };
    const file = join(makeFolder(), 'plan.json');
    writeFileSync(file, JSON.stringify({ ...plan, items: [...plan.items, big] }));
    const code = `import { readFileSync } from 'node:fs';
      import { createDatasetWriter } from ${JSON.stringify(writerFile)};
      const plan = JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8'));
      await createDatasetWriter().write(plan).catch((error) => process.stdout.write(String(error.code)));`;
    // No file may grow beyond 16 blocks: the system answers as it does on a full disk, with an error on writing.
    const limited = `trap '' XFSZ; ulimit -f 16; exec "$0" --input-type=module -e "$1"`;
    expect(execFileSync('sh', ['-c', limited, process.execPath, code], { encoding: 'utf8' })).toBe('disk-full');
    expect(leftOvers(plan)).toEqual([]);
  });

  it('a kill leaves a folder that says so, and the next export works', async () => {
    const plan = await makePlan();
    const items = Array.from({ length: 3000 }, (_, index) => ({ ...plan.items[0], targetPath: `cat/${index}.png` }));
    const file = join(makeFolder(), 'plan.json');
    writeFileSync(file, JSON.stringify({ ...plan, items }));
    const code = `import { readFileSync } from 'node:fs';
      import { createDatasetWriter } from ${JSON.stringify(writerFile)};
      const onProgress = ({ done }) => done > 0 && process.stdout.write('going');
      await createDatasetWriter().write(JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8')), { onProgress });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(leftOvers(plan)).toEqual([expect.stringMatching(/^cleaned\.incomplete-[0-9a-f]{8}$/)]);
    await writer.write(plan);
    expect(leftOvers(plan)).toContain('cleaned');
  });
});

describe('choosing a target', () => {
  it('takes a new folder, an empty one, and one in the exports of the project', async () => {
    const [dataset, project, elsewhere] = [makeFolder(), makeFolder(), makeFolder()];
    for (const target of [elsewhere, join(elsewhere, 'new/deep'), join(project, 'exports/first')]) {
      await expect(writer.checkTarget(dataset, project, target)).resolves.toBeUndefined();
    }
  });

  it('refuses what is in use or overlaps', async () => {
    const parent = makeFolder();
    const [dataset, project] = [join(parent, 'data/set'), join(parent, 'project')];
    writeFiles(parent, { 'data/set/cat/1.png': 'x', 'project/project.sqlite': 'x', 'full/file': 'x', file: 'x' });
    const codes = [];
    for (const target of [
      'data/set',
      'data/set/out',
      'data',
      'project',
      'project/out',
      'project/exports',
      'full',
      'file',
    ]) {
      const check = writer.checkTarget(dataset, project, join(parent, target));
      codes.push(await check.catch((error: unknown) => (error as { code: string }).code));
    }
    const overlap = 'export-overlaps-source';
    const notEmpty = 'export-folder-not-empty';
    expect(codes).toEqual([overlap, overlap, overlap, overlap, overlap, overlap, notEmpty, notEmpty]);
  });

  it.skipIf(isWindows)('sees through links', async () => {
    const parent = makeFolder();
    writeFiles(parent, { 'set/cat/1.png': 'x', 'project/project.sqlite': 'x' });
    symlinkSync(join(parent, 'set'), join(parent, 'link'));
    const check = writer.checkTarget(join(parent, 'set'), join(parent, 'project'), join(parent, 'link/out'));
    await expect(check).rejects.toMatchObject({ code: 'export-overlaps-source' });
    const other = writer.checkTarget(join(parent, 'link'), join(parent, 'project'), join(parent, 'set/out'));
    await expect(other).rejects.toMatchObject({ code: 'export-overlaps-source' });
  });
});
