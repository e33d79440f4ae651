/** The Embedder port: decodes pictures, has a backbone's thread turn them into vectors, and keeps those in the project's cache. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Problem, Sample } from '../core/dataset/sample.ts';
import { TouchstoneError, throwIfCancelled } from '../core/errors.ts';
import type { Embedder, LongCallOptions, PixelBatch, PixelSource } from '../services/ports.ts';
import { readBackboneDescription } from './backbone-description.ts';
import { BackboneWorkerClient, startBackboneWorker } from './backbone-worker-client.ts';
import { EmbeddingCache } from './embedding-cache.ts';

/** Pictures per inference: more gain nothing on a CPU and make cancelling slow. */
const batchSize = 32;
const progressIntervalMs = 100;

type Project = Parameters<Embedder['embed']>[0];

export interface OnnxEmbedderOptions {
  /** Folder that holds the backbones. */
  readonly backboneFolder: string;
  readonly pixels: Pick<PixelSource, 'batches'>;
  /** Threads for inference; as many as the machine has cores unless told otherwise. */
  readonly threads?: number;
  /** Starts the thread that runs the backbone: bundled shells know where their own worker lies. */
  readonly startWorker?: () => Worker;
}

/** The file of a backbone, and the hashes that name what it computes. */
interface Backbone {
  readonly file: string;
  readonly fileHash: string;
  /** SHA-256 of the file's hash and the description: another normalisation gives other vectors. */
  readonly cacheKey: string;
}

export class OnnxEmbedder implements Embedder {
  readonly #options: OnnxEmbedderOptions;
  /** Hashes of backbone files by path, size and time of change. */
  readonly #fileHashes = new Map<string, Promise<string>>();

  constructor(options: OnnxEmbedderOptions) {
    this.#options = options;
  }

  async embed(
    project: Project,
    samples: readonly Sample[],
    backboneName: string,
    imageSize: number,
    options: LongCallOptions = {},
  ): ReturnType<Embedder['embed']> {
    throwIfCancelled(options.signal);
    const backbone = await this.#find(backboneName);
    const cache = await EmbeddingCache.open(cacheFile(project, backbone, imageSize), backbone.cacheKey);
    try {
      const job = new EmbeddingJob(samples, cache, options);
      await job.takeCached();
      const problems = job.isDone ? [] : await this.#compute(project, backbone, imageSize, job, options);
      return { ...job.result(), backboneHash: backbone.fileHash, problems };
    } finally {
      await cache.close();
    }
  }

  async cached(
    project: Project,
    samples: readonly Sample[],
    backboneName: string,
    imageSize: number,
  ): ReturnType<Embedder['cached']> {
    const backbone = await this.#find(backboneName);
    const cache = await EmbeddingCache.openExisting(cacheFile(project, backbone, imageSize), backbone.cacheKey);
    if (cache === null) return null;
    try {
      if (cache.dimensions === null) return null;
      const vectors = new Float32Array(samples.length * cache.dimensions);
      const places = placesByHash(samples);
      const found = await cache.read(places, vectors);
      return found.size === places.size ? { vectors, dimensions: cache.dimensions } : null;
    } finally {
      await cache.close();
    }
  }

  /** Decodes the missing samples and embeds them; the next batch is decoded while the last one is computed. */
  async #compute(
    project: Project,
    backbone: Backbone,
    imageSize: number,
    job: EmbeddingJob,
    options: LongCallOptions,
  ): Promise<readonly Problem[]> {
    const client = new BackboneWorkerClient((this.#options.startWorker ?? startBackboneWorker)());
    const problems: Problem[] = [];
    try {
      await client.load(backbone.file, this.#options.threads ?? availableParallelism());
      let underWay: Promise<void> = Promise.resolve();
      const { signal } = options;
      for await (const batch of this.#options.pixels.batches(project, job.missing, imageSize, batchSize, { signal })) {
        await underWay;
        throwIfCancelled(signal);
        problems.push(...batch.problems);
        underWay = client.embed(batch.pixels, imageSize).then((answer) => job.add(batch, answer));
        // It is awaited one batch later; until then a failure must not count as unhandled.
        underWay.catch(() => undefined);
      }
      await underWay;
      return problems;
    } finally {
      await client.close();
    }
  }

  /** Throws `backbone-invalid` where there is no such file. */
  async #find(name: string): Promise<Backbone> {
    const file = path.join(this.#options.backboneFolder, name);
    const stats = path.basename(name) === name ? await stat(file).catch(() => null) : null;
    if (stats?.isFile() !== true) throw await unknownBackbone(name, this.#options.backboneFolder);
    const version = `${file} ${stats.size} ${stats.mtimeMs}`;
    const hash = this.#fileHashes.get(version) ?? hashFile(file);
    this.#fileHashes.set(version, hash);
    const [fileHash, description] = await Promise.all([hash, readBackboneDescription(file)]);
    const cacheKey = createHash('sha256').update(fileHash).update(JSON.stringify(description)).digest('hex');
    return { file, fileHash, cacheKey };
  }
}

/** The vectors of one call as they come in: some from the cache, the others batch by batch. */
class EmbeddingJob {
  readonly #samples: readonly Sample[];
  readonly #places: ReadonlyMap<string, readonly number[]>;
  readonly #cache: EmbeddingCache;
  readonly #onProgress: LongCallOptions['onProgress'];
  #vectors: Float32Array<SharedArrayBuffer> | null = null;
  #dimensions = 0;
  #missing: readonly Sample[];
  #done = 0;
  #reportedAtMs = -Infinity;

  constructor(samples: readonly Sample[], cache: EmbeddingCache, options: LongCallOptions) {
    this.#samples = samples;
    this.#cache = cache;
    this.#onProgress = options.onProgress;
    this.#places = placesByHash(samples);
    this.#missing = this.#oneOfEach();
  }

  /** One sample of each content that is still to be embedded when the computing begins. */
  get missing(): readonly Sample[] {
    return this.#missing;
  }

  get isDone(): boolean {
    return this.#missing.length === 0;
  }

  async takeCached(): Promise<void> {
    if (this.#cache.dimensions === null) return;
    const found = await this.#cache.read(this.#places, this.#reserve(this.#cache.dimensions));
    this.#missing = this.#oneOfEach().filter(({ contentHash }) => !found.has(contentHash));
    for (const hash of found) this.#done += this.#places.get(hash)?.length ?? 0;
    this.#report();
  }

  /** vectors [n, D] of the batch's pictures, in the order of `missing`. */
  async add(batch: PixelBatch, answer: { readonly vectors: Float32Array; readonly dimensions: number }): Promise<void> {
    const { vectors, dimensions } = answer;
    const target = this.#reserve(dimensions);
    const samples = this.#missing.slice(batch.firstIndex, batch.firstIndex + vectors.length / dimensions);
    samples.forEach(({ contentHash }, row) => {
      const places = this.#places.get(contentHash) ?? [];
      for (const place of places)
        target.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), place * dimensions);
      this.#done += places.length;
    });
    await this.#store(samples, batch.problems, vectors, dimensions);
    this.#report();
  }

  /** float32 [N, D] in shared memory. Without any sample D is 0. */
  result(): { readonly vectors: SharedArrayBuffer; readonly dimensions: number } {
    return { vectors: this.#reserve(this.#dimensions).buffer, dimensions: this.#dimensions };
  }

  /** A picture that could not be decoded is mid-grey: its vector must not be kept under the image's hash. */
  async #store(samples: readonly Sample[], problems: readonly Problem[], vectors: Float32Array, dimensions: number) {
    const undecoded = new Set(problems.map((problem) => problem.path));
    const rows = [...samples.keys()].filter((row) => !undecoded.has(samples[row]?.path ?? ''));
    const kept = new Float32Array(rows.length * dimensions);
    rows.forEach((row, index) =>
      kept.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions),
    );
    const hashes = rows.map((row) => samples[row]?.contentHash ?? '');
    await this.#cache.append(hashes, kept, dimensions);
  }

  #reserve(dimensions: number): Float32Array<SharedArrayBuffer> {
    this.#dimensions = dimensions;
    const bytes = this.#samples.length * dimensions * Float32Array.BYTES_PER_ELEMENT;
    this.#vectors ??= new Float32Array(new SharedArrayBuffer(bytes));
    return this.#vectors;
  }

  #oneOfEach(): readonly Sample[] {
    return this.#samples.filter(({ contentHash }, index) => this.#places.get(contentHash)?.[0] === index);
  }

  #report(): void {
    const nowMs = performance.now();
    const total = this.#samples.length;
    if (this.#done < total && nowMs - this.#reportedAtMs < progressIntervalMs) return;
    this.#reportedAtMs = nowMs;
    this.#onProgress?.({ stage: 'embedding', done: this.#done, total });
  }
}

function placesByHash(samples: readonly Sample[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  samples.forEach(({ contentHash }, index) => {
    const known = places.get(contentHash);
    if (known === undefined) places.set(contentHash, [index]);
    else known.push(index);
  });
  return places;
}

function cacheFile(project: Project, backbone: Backbone, imageSize: number): string {
  return path.join(project.folder, 'cache', `embeddings-${backbone.cacheKey.slice(0, 12)}-${imageSize}.bin`);
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function unknownBackbone(name: string, folder: string): Promise<TouchstoneError> {
  const files = await readdir(folder).catch(() => []);
  const known = files.filter((file) => file.endsWith('.onnx'));
  const advice = known.length > 0 ? `Choose one of: ${known.join(', ')}.` : `Put an ONNX model into ${folder}.`;
  return new TouchstoneError('backbone-invalid', `There is no backbone "${name}" in ${folder}. ${advice}`, {
    details: { name, folder, known },
  });
}
