import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClassId, Sample, SampleId } from '../../src-main/core/dataset/sample.ts';
import { startBackboneWorker } from '../../src-main/embedding/backbone-worker-client.ts';
import { providerNames } from '../../src-main/embedding/execution-providers.ts';
import { OnnxEmbedder } from '../../src-main/embedding/onnx-embedder.ts';
import type { Progress } from '../../src-main/services/ports/long-calls.ts';
import type { PixelSource } from '../../src-main/services/ports/pixel-source.ts';

const backbone = 'mobilenet-v1-1.0-224-features.onnx';
const shippedFolder = path.resolve(import.meta.dirname, '../../resources/backbones');
const size = 32;

const preferences = { threads: 1, provider: 'cpu', precision: 'float32' } as const;

let folder: string;
let project: { folder: string; datasetFolder: string };
let decoded: string[];

/** Samples whose picture is decided by their name: the text before the colon is the content. */
function makeSamples(...names: readonly string[]): Sample[] {
  return names.map((name, index) => ({
    id: (index + 1) as SampleId,
    path: name,
    contentHash: createHash('sha256').update(contentOf(name)).digest('hex'),
    sizeBytes: 1,
    modifiedAtMs: 0,
    width: size,
    height: size,
    givenClassId: 1 as ClassId,
    presence: 'present',
  }));
}

function contentOf(name: string): string {
  return name.split(':')[0] ?? '';
}

/** A gradient with a slope that the content decides; samples called `gone` are grey and listed, as the port promises. */
const pixels: Pick<PixelSource, 'batches'> = {
  async *batches(_project, samples, side, batchSize) {
    for (let firstIndex = 0; firstIndex < samples.length; firstIndex += batchSize) {
      const batch = samples.slice(firstIndex, firstIndex + batchSize);
      const pictures = batch.map((sample) => {
        decoded.push(sample.path);
        const slope = createHash('sha256').update(contentOf(sample.path)).digest().readUInt8(0);
        const square = Uint8Array.from({ length: side * side * 3 }, (_, index) => (index * slope) >> 6);
        return { pixels: square, width: side, height: side };
      });
      const gone = batch.filter((sample) => sample.path.startsWith('gone'));
      const problems = gone.map((sample) => ({ path: sample.path, kind: 'missing', reason: 'gone' }) as const);
      yield { firstIndex, pictures, problems };
    }
  },
};

function makeEmbedder(options: Partial<ConstructorParameters<typeof OnnxEmbedder>[0]> = {}): OnnxEmbedder {
  return new OnnxEmbedder({ backboneFolders: [shippedFolder], pixels, preferences: () => preferences, ...options });
}

async function embed(samples: readonly Sample[], embedder = makeEmbedder()): Promise<Float32Array> {
  return new Float32Array((await embedder.embed(project, samples, backbone, size)).vectors);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'touchstone-embedder-'));
  project = { folder, datasetFolder: folder };
  decoded = [];
});
afterEach(() => rm(folder, { recursive: true }));

describe('OnnxEmbedder', () => {
  it('gives one finite vector per sample, in their order, with the hash of the file', async () => {
    const result = await makeEmbedder().embed(project, makeSamples('a', 'b', 'a:again'), backbone, size);
    const vectors = new Float32Array(result.vectors);
    expect(result.dimensions).toBe(1024);
    expect(vectors).toHaveLength(3 * 1024);
    expect(vectors.every(Number.isFinite)).toBe(true);
    expect(vectors.slice(2048)).toEqual(vectors.slice(0, 1024));
    expect(vectors.slice(1024, 2048)).not.toEqual(vectors.slice(0, 1024));
    expect(result.backboneHash).toBe(
      createHash('sha256')
        .update(await readFile(path.join(shippedFolder, backbone)))
        .digest('hex'),
    );
  });

  it('computes each content once, then never again', async () => {
    const samples = makeSamples('a', 'b', 'a:copy');
    const first = await embed(samples);
    expect(decoded).toEqual(['a', 'b']);
    expect(await embed(samples)).toEqual(first);
    expect(decoded).toEqual(['a', 'b']);
    await embed(makeSamples('c', 'b:moved'));
    expect(decoded).toEqual(['a', 'b', 'c']);
  });

  it('gives the same vectors whatever batch a sample falls into', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `image ${index}`);
    const together = await embed(makeSamples(...names));
    await rm(path.join(folder, 'cache'), { recursive: true });
    const alone = await embed(makeSamples('image 39'));
    alone.forEach((value, d) => expect(together[39 * 1024 + d]).toBeCloseTo(value, 4));
  });

  it('gives the same vectors in the same places from two threads as from one', async () => {
    const samples = makeSamples(...Array.from({ length: 37 }, (_, index) => `image ${index}`));
    const one = await embed(samples);
    await rm(path.join(folder, 'cache'), { recursive: true });
    let threads = 0;
    const startWorker = () => {
      threads += 1;
      return startBackboneWorker();
    };
    const two = await embed(
      samples,
      makeEmbedder({ startWorker, preferences: () => ({ ...preferences, threads: 3 }) }),
    );
    expect(threads).toBe(2);
    two.forEach((value, index) => expect(value).toBeCloseTo(one[index] ?? Number.NaN, 4));
  });

  it('goes on where a kill left half a record', async () => {
    const whole = await embed(makeSamples('a', 'b', 'c'));
    const [file = ''] = await readdir(path.join(folder, 'cache'));
    await truncate(path.join(folder, 'cache', file), 48 + 2 * (32 + 4096 + 4) + 100);
    decoded = [];
    expect(await embed(makeSamples('a', 'b', 'c'))).toEqual(whole);
    expect(decoded).toEqual(['c']);
  });

  it('reports pictures that cannot be decoded and does not keep their vectors', async () => {
    const { problems } = await makeEmbedder().embed(project, makeSamples('a', 'gone'), backbone, size);
    expect(problems.map((problem) => problem.path)).toEqual(['gone']);
    decoded = [];
    await embed(makeSamples('a', 'gone'));
    expect(decoded).toEqual(['gone']);
  });

  it('answers from the cache alone, or null where it lacks a sample', async () => {
    const embedder = makeEmbedder();
    expect(await embedder.cached(project, makeSamples('a'), backbone, size)).toBeNull();
    const vectors = await embed(makeSamples('a', 'b'), embedder);
    expect(await embedder.cached(project, makeSamples('a', 'b'), backbone, size)).toEqual({
      vectors,
      dimensions: 1024,
    });
    expect(await embedder.cached(project, makeSamples('a', 'c'), backbone, size)).toBeNull();
    expect(await embedder.cached(project, makeSamples('a', 'b'), backbone, 64)).toBeNull();
  });

  it('reports progress up to the number of samples', async () => {
    const reports: Progress[] = [];
    const samples = makeSamples('a', 'b', 'a:copy');
    await makeEmbedder().embed(project, samples, backbone, size, { onProgress: (progress) => reports.push(progress) });
    expect(reports.at(-1)).toEqual({ stage: 'Computing vectors', done: 3, total: 3 });
  });

  it('stops when cancelled and keeps what was done', async () => {
    const controller = new AbortController();
    const names = Array.from({ length: 96 }, (_, index) => `image ${index}`);
    const stopped = makeEmbedder().embed(project, makeSamples(...names), backbone, size, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    decoded = [];
    await embed(makeSamples(...names));
    expect(decoded.length).toBeLessThan(96);
  });

  it('says what computed, and why nothing better did', async () => {
    const embedder = makeEmbedder({ preferences: () => ({ ...preferences, provider: 'auto' }) });
    const { device } = await embedder.embed(project, makeSamples('a'), backbone, size);
    const refused = device?.refused.map(({ name }) => name) ?? [];
    expect([...refused, device?.provider]).toEqual(providerNames.slice(0, refused.length + 1));
    expect(device?.refused.every(({ reason }) => reason.endsWith('.'))).toBe(true);
    expect((await embedder.embed(project, makeSamples('a'), backbone, size)).device).toBeNull();
  });

  it('keeps half floats in half the space, and gives what it will read back', async () => {
    const half = makeEmbedder({ preferences: () => ({ ...preferences, precision: 'float16' }) });
    const samples = makeSamples('a', 'b', 'c');
    const first = await embed(samples, half);
    expect(await embed(samples, half)).toEqual(first);
    expect(decoded).toEqual(['a', 'b', 'c']);
    const whole = await embed(samples);
    expect(first).toEqual(whole.map(Math.f16round));
    const sizes = await Promise.all(
      (await readdir(path.join(folder, 'cache'))).map(
        async (name) => (await stat(path.join(folder, 'cache', name))).size,
      ),
    );
    expect(sizes.toSorted((a, b) => a - b)).toEqual([48 + 3 * (36 + 2048), 48 + 3 * (36 + 4096)]);
  });

  it('handles no samples at all', async () => {
    expect(await embed([])).toHaveLength(0);
  });

  it('says that the thread died when it dies', async () => {
    const startWorker = () => new Worker('throw new Error("no memory")', { eval: true });
    await expect(embed(makeSamples('a'), makeEmbedder({ startWorker }))).rejects.toMatchObject({
      code: 'worker-crashed',
      message: expect.stringContaining('no memory') as string,
    });
  });
});

describe('shards', () => {
  const names = Array.from({ length: 24 }, (_, index) => `image ${index}`);
  const shards = [1, 2, 3].map((index) => ({ index, count: 3 }));

  it('share the contents among them, and give the same vectors as one run', async () => {
    const samples = makeSamples(...names, 'image 3:copy');
    const embedder = makeEmbedder();
    const sizes: number[] = [];
    for (const shard of shards)
      sizes.push((await embedder.embedShard(project, samples, backbone, size, shard)).samples);
    expect(sizes.reduce((sum, count) => sum + count)).toBe(25);
    expect(Math.max(...sizes)).toBeLessThan(20);
    expect(decoded.toSorted()).toEqual(names.toSorted());
    expect(await embedder.mergeShards(project, samples, backbone, size)).toEqual({ merged: 24, missing: 0, files: 3 });
    expect(await readdir(path.join(folder, 'cache', 'shards'))).toEqual([]);
    const merged = await embed(samples, embedder);
    expect(decoded).toHaveLength(24);
    await rm(path.join(folder, 'cache'), { recursive: true });
    const whole = await embed(samples);
    merged.forEach((value, index) => expect(value).toBeCloseTo(whole[index] ?? Number.NaN, 4));
  });

  it('compute nothing twice, and nothing that the project has', async () => {
    const embedder = makeEmbedder();
    const samples = makeSamples(...names);
    await embed(samples.slice(0, 10), embedder);
    decoded = [];
    for (const shard of [...shards, ...shards]) await embedder.embedShard(project, samples, backbone, size, shard);
    expect(decoded).toHaveLength(14);
    expect(await embedder.mergeShards(project, samples, backbone, size)).toMatchObject({ merged: 14, missing: 0 });
  });

  it('say what is missing, and keep their files until nothing is', async () => {
    const embedder = makeEmbedder();
    const samples = makeSamples(...names);
    const [first, ...others] = shards;
    if (first === undefined) throw new Error('There are three shards.');
    await embedder.embedShard(project, samples, backbone, size, first);
    const partial = await embedder.mergeShards(project, samples, backbone, size);
    expect(partial).toMatchObject({ missing: 24 - partial.merged, files: 1 });
    expect(partial.missing).toBeGreaterThan(0);
    for (const shard of others) await embedder.embedShard(project, samples, backbone, size, shard);
    expect(await embedder.mergeShards(project, samples, backbone, size)).toMatchObject({ missing: 0 });
    expect(await embedder.mergeShards(project, samples, backbone, size)).toEqual({ merged: 0, missing: 0, files: 0 });
  });
});

describe('OnnxEmbedder with another folder of backbones', () => {
  let backbones: string;
  beforeAll(async () => {
    backbones = await mkdtemp(path.join(tmpdir(), 'touchstone-backbones-'));
    await cp(path.join(shippedFolder, backbone), path.join(backbones, 'good.onnx'));
    await cp(path.join(shippedFolder, backbone), path.join(backbones, 'misnamed.onnx'));
    await writeFile(path.join(backbones, 'misnamed.json'), '{"output": "pooled"}');
    await writeFile(path.join(backbones, 'text.onnx'), 'no model at all');
  });
  afterAll(() => rm(backbones, { recursive: true }));

  it.each([
    ['missing.onnx', 'Choose one of: good.onnx'],
    ['../good.onnx', 'There is no backbone'],
    ['text.onnx', 'onnxruntime cannot load it'],
    ['misnamed.onnx', 'no output "pooled", only "embedding", and no tensor'],
  ])('refuses %s and says why', async (name, reason) => {
    const embedder = makeEmbedder({ backboneFolders: [backbones] });
    await expect(embedder.embed(project, makeSamples('a'), name, size)).rejects.toMatchObject({
      code: 'backbone-invalid',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('needs no description where the model says enough, and recomputes when the description changes', async () => {
    const embedder = makeEmbedder({ backboneFolders: [backbones] });
    const first = await embedder.embed(project, makeSamples('a'), 'good.onnx', size);
    await writeFile(path.join(backbones, 'good.json'), '{"mean": [0.4, 0.4, 0.4]}');
    const second = await embedder.embed(project, makeSamples('a'), 'good.onnx', size);
    expect(decoded).toEqual(['a', 'a']);
    expect(new Float32Array(second.vectors)).not.toEqual(new Float32Array(first.vectors));
  });
});
