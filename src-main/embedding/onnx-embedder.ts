/** The Embedder port: decodes pictures, has a backbone's thread turn them into vectors, and keeps those in the project's cache. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Problem, Sample } from '../core/dataset/sample.ts';
import { throwIfCancelled } from '../core/errors.ts';
import type { Embedder, EmbeddingDevice, Shard } from '../services/ports/embedder.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { PixelSource } from '../services/ports/pixel-source.ts';
import { BackboneThreads } from './backbone-threads.ts';
import { startBackboneWorker } from './backbone-worker-client.ts';
import { EmbeddingCache, type VectorPrecision } from './embedding-cache.ts';
import { EmbeddingJob, placesByHash } from './embedding-job.ts';
import { isInShard, mergeShardFiles, shardFile } from './embedding-shards.ts';
import type { ProviderChoice } from './execution-providers.ts';
import { findPatchModel, isPatchDictionary, requirePatchModel } from './patch-backbone.ts';
import { BackboneFinder, type FoundBackbone } from './find-backbone.ts';

/**
 * Pictures per inference. On a processor what a network keeps of eight fits the cache: 32 take a sixth more time each, one a quarter. Cards want
 * more at once; even more would make cancelling slow.
 */
const batchSizes = { cpu: 8, other: 32 } as const;

type Project = Parameters<Embedder['embed']>[0];

/** What the user may choose. */
export interface EmbeddingPreferences {
  /** Threads for inference; null: as many as the machine has cores. */
  readonly threads: number | null;
  readonly provider: ProviderChoice;
  readonly precision: VectorPrecision;
}

const usualPreferences: EmbeddingPreferences = { threads: null, provider: 'auto', precision: 'float32' };

export interface OnnxEmbedderOptions {
  /** Folders that hold backbones; the first that has the name counts. */
  readonly backboneFolders: readonly string[];
  readonly pixels: Pick<PixelSource, 'batches'>;
  readonly preferences?: () => EmbeddingPreferences;
  /** Where trials of execution providers are remembered; nowhere unless given. */
  readonly providerRecordsFile?: string;
  /** Starts the thread that runs the backbone: bundled shells know where their own worker lies. */
  readonly startWorker?: () => Worker;
}

export class OnnxEmbedder implements Embedder {
  readonly #options: OnnxEmbedderOptions;
  readonly #finder: BackboneFinder;

  constructor(options: OnnxEmbedderOptions) {
    this.#options = options;
    this.#finder = new BackboneFinder(options.backboneFolders);
  }

  async embed(
    project: Project,
    samples: readonly Sample[],
    backboneName: string,
    imageSize: number,
    options: LongCallOptions = {},
  ): ReturnType<Embedder['embed']> {
    throwIfCancelled(options.signal);
    const backbone = await this.#find(project, samples, backboneName, imageSize, options);
    const cache = await this.#openCache(this.#cacheFile(project, backbone, imageSize), backbone);
    try {
      const job = new EmbeddingJob(samples, cache, options);
      await job.takeCached();
      const computed = job.missing.length;
      const work = await this.#compute(project, backbone, imageSize, job, options);
      return { ...job.result(), backboneHash: backbone.fileHash, computed, ...work };
    } finally {
      await cache.close();
    }
  }

  async embedShard(
    project: Project,
    samples: readonly Sample[],
    backboneName: string,
    imageSize: number,
    shard: Shard,
    options: LongCallOptions = {},
  ): ReturnType<Embedder['embedShard']> {
    const backbone = await this.#find(project, samples, backboneName, imageSize, options);
    const mainFile = this.#cacheFile(project, backbone, imageSize);
    const finished = await this.#finished(mainFile, backbone);
    const own = samples.filter(({ contentHash }) => isInShard(contentHash, shard));
    const cache = await this.#openCache(shardFile(mainFile, shard), backbone);
    try {
      const job = new EmbeddingJob(
        own.filter(({ contentHash }) => !finished.has(contentHash)),
        cache,
        options,
      );
      await job.takeCached();
      const computed = job.missing.length;
      const work = await this.#compute(project, backbone, imageSize, job, options);
      return { samples: own.length, computed, ...work };
    } finally {
      await cache.close();
    }
  }

  async mergeShards(
    project: Project,
    samples: readonly Sample[],
    backboneName: string,
    imageSize: number,
    options: LongCallOptions = {},
  ): ReturnType<Embedder['mergeShards']> {
    const backbone = await this.#find(project, samples, backboneName, imageSize, options);
    const mainFile = this.#cacheFile(project, backbone, imageSize);
    const open = (file: string): Promise<EmbeddingCache | null> =>
      EmbeddingCache.openExisting(file, backbone.cacheKey, this.#preferences.precision);
    const cache = await this.#openCache(mainFile, backbone);
    try {
      return await mergeShardFiles(mainFile, cache, open, samples, options);
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
    const cache = await this.#openFinished(project, backboneName, imageSize);
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

  async visitCached(
    project: Project,
    samples: readonly Sample[],
    backboneName: string,
    imageSize: number,
    visit: (vector: Float32Array, places: readonly number[]) => void,
    options: LongCallOptions = {},
  ): ReturnType<Embedder['visitCached']> {
    const cache = await this.#openFinished(project, backboneName, imageSize);
    if (cache === null) return null;
    try {
      const { dimensions } = cache;
      if (dimensions === null) return null;
      const places = placesByHash(samples);
      let found = 0;
      for await (const { hashes, vectors } of cache.records(new Set())) {
        throwIfCancelled(options.signal);
        hashes.forEach((hash, row) => {
          const own = places.get(hash);
          if (!own) return;
          visit(vectors.subarray(row * dimensions, (row + 1) * dimensions), own);
          found += own.length;
        });
        options.onProgress?.({ stage: 'Reading vectors', done: found, total: samples.length });
      }
      return { dimensions, found };
    } finally {
      await cache.close();
    }
  }

  /** What is computed already, for reading; null where there is nothing. */
  async #openFinished(project: Project, name: string, imageSize: number): Promise<EmbeddingCache | null> {
    const learned = isPatchDictionary(name) ? await findPatchModel(project, imageSize) : undefined;
    if (learned === null) return null;
    const backbone = await (learned === undefined ? this.#finder.find(name) : this.#finder.describe(learned));
    const file = this.#cacheFile(project, backbone, imageSize);
    return EmbeddingCache.openExisting(file, backbone.cacheKey, this.#preferences.precision);
  }

  /** The patch dictionary is learned first where the project has none yet. */
  async #find(
    project: Project,
    samples: readonly Sample[],
    name: string,
    imageSize: number,
    options: LongCallOptions,
  ): Promise<FoundBackbone> {
    if (!isPatchDictionary(name)) return await this.#finder.find(name);
    const file = await requirePatchModel(project, samples, imageSize, this.#options.pixels, options);
    return await this.#finder.describe(file);
  }

  get #preferences(): EmbeddingPreferences {
    return this.#options.preferences?.() ?? usualPreferences;
  }

  /** Decodes the missing samples and embeds them; the next batches are decoded while the last ones are computed. */
  async #compute(
    project: Project,
    backbone: FoundBackbone,
    imageSize: number,
    job: EmbeddingJob,
    options: LongCallOptions,
  ): Promise<{ readonly problems: readonly Problem[]; readonly device: EmbeddingDevice | null }> {
    if (job.isDone) return { problems: [], device: null };
    const threads = new BackboneThreads(this.#options.startWorker ?? startBackboneWorker);
    const problems: Problem[] = [];
    try {
      const { provider, refused } = await this.#load(threads, backbone, imageSize);
      const batchSize = provider === 'cpu' ? batchSizes.cpu : batchSizes.other;
      const { signal } = options;
      let last = Promise.resolve();
      const underWay: Promise<void>[] = [];
      for await (const batch of this.#options.pixels.batches(project, job.missing, imageSize, batchSize, { signal })) {
        if (underWay.length === threads.mostBatches) await underWay.shift();
        throwIfCancelled(signal);
        problems.push(...batch.problems);
        const [answer, before] = [threads.embed(batch.pictures, imageSize), last];
        last = Promise.all([answer, before]).then(([vectors]) => job.add(batch, vectors));
        // It is awaited some batches later; until then a failure must not count as unhandled.
        last.catch(() => undefined);
        underWay.push(last);
      }
      await last;
      return { problems, device: { provider, refused } };
    } finally {
      await threads.close();
    }
  }

  #load(backboneThreads: BackboneThreads, { file, cacheKey }: FoundBackbone, imageSize: number) {
    const { threads, provider } = this.#preferences;
    const request = {
      ...{ file, key: cacheKey, size: imageSize, choice: provider },
      threads: threads ?? availableParallelism(),
    };
    return backboneThreads.load(request, this.#options.providerRecordsFile ?? null);
  }

  #openCache(file: string, { cacheKey }: FoundBackbone): Promise<EmbeddingCache> {
    return EmbeddingCache.open(file, cacheKey, this.#preferences.precision);
  }

  /** Contents whose vectors the project has already. */
  async #finished(file: string, { cacheKey }: FoundBackbone): Promise<ReadonlySet<string>> {
    const cache = await EmbeddingCache.openExisting(file, cacheKey, this.#preferences.precision);
    if (cache === null) return new Set();
    try {
      return await cache.hashes();
    } finally {
      await cache.close();
    }
  }

  #cacheFile(project: Project, { cacheKey }: FoundBackbone, imageSize: number): string {
    const kind = this.#preferences.precision === 'float16' ? '-half' : '';
    return path.join(project.folder, 'cache', `embeddings-${cacheKey.slice(0, 12)}-${imageSize}${kind}.bin`);
  }
}
