/** An array job in small: four processes on one project folder, one of them killed and started again. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OnnxEmbedder } from '../../src-main/embedding/onnx-embedder.ts';
import { createPixelSource } from '../../src-main/media/pixel-cache.ts';
import { SqliteProjectFiles } from '../../src-main/storage/project-files.ts';
import { writeDataset } from '../factories/make-services.ts';
import { runCli, startCli, type CliRun } from './run-cli.ts';

const size = 32;
const backbone = 'mobilenet-v1-1.0-224-features.onnx';
const perClass = 30;
let scratch = '';
let project = '';

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'touchstone-shards-'));
  project = path.join(scratch, 'project');
  await writeDataset(path.join(scratch, 'images'), perClass);
  await run('create', project);
  await run('import', project, path.join(scratch, 'images'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const home = (): string => path.join(scratch, 'home');
const run = (...args: string[]): Promise<CliRun> => runCli(home(), args);
const shard = (index: number): string[] => ['embed', project, '--shard', `${index}/4`, '--image-size', String(size)];

async function json(...args: string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await run(...args, '--json')).stdout) as Record<string, unknown>;
}

/** What the project's cache holds of every image, and the same computed by one process on its own. */
async function vectorsOf(folder: string): Promise<Float32Array | null> {
  const stores = new SqliteProjectFiles().open(project, { readOnly: true });
  try {
    const place = { folder, datasetFolder: path.join(scratch, 'images') };
    const shipped = path.resolve(import.meta.dirname, '../../resources/backbones');
    const embedder = new OnnxEmbedder({ backboneFolders: [shipped], pixels: createPixelSource() });
    const samples = stores.samples.all('present');
    if (folder !== project) await embedder.embed(place, samples, backbone, size);
    return (await embedder.cached(place, samples, backbone, size))?.vectors ?? null;
  } finally {
    stores.close();
  }
}

describe('touchstone embed', () => {
  it('gives in four shards, one killed and run again, the vectors of one run', async () => {
    const killed = startCli(home(), shard(2));
    const others = [1, 3, 4].map((index) => run(...shard(index)));
    const shards = path.join(project, 'cache', 'shards');
    while (!existsSync(shards) || !readdirSync(shards).some((name) => name.includes('.2-of-4.'))) await setTimeout(5);
    killed.kill('SIGKILL');
    expect((await killed.finished).code).not.toBe(0);
    for (const { code, stderr } of await Promise.all(others)) expect({ code, stderr }).toEqual({ code: 0, stderr });

    const early = await json('embed', project, '--merge', '--image-size', String(size));
    expect(early['error']).toMatchObject({ code: 'not-found', details: { images: 3 * perClass } });
    const again = await json(...shard(2));
    expect(again).toMatchObject({ missing: null, unreadable: [] });
    expect(await json(...shard(2))).toMatchObject({ computed: 0, device: null });

    const merged = await json('embed', project, '--merge', '--image-size', String(size));
    expect(merged).toMatchObject({ images: 3 * perClass, missing: 0 });
    expect(readdirSync(shards)).toEqual([]);
    expect(await json('embed', project, '--image-size', String(size))).toMatchObject({ computed: 0, missing: 0 });

    const inShards = await vectorsOf(project);
    const atOnce = await vectorsOf(path.join(scratch, 'elsewhere'));
    expect(inShards).not.toBeNull();
    // The last digits of a vector depend on how many images were computed with it at once.
    inShards?.forEach((value, index) => expect(Math.abs(value - (atOnce?.[index] ?? Number.NaN))).toBeLessThan(1e-4));
  });

  it.each([
    [['--shard', '5/4'], 'no shard 5 of 4'],
    [['--backbone', 'nix'], 'There is no backbone "nix.onnx"'],
  ])('refuses %j', async (args, words) => {
    const { code, stderr } = await run('embed', project, ...args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(words);
  });
});
