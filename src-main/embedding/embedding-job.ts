/** The vectors of one call as they come in: some from the cache, the others batch by batch. */
import type { Problem, Sample } from '../core/dataset/sample.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { PictureBatch } from '../services/ports/pixel-source.ts';
import type { EmbeddingCache } from './embedding-cache.ts';
import type { PooledVectors } from './pool-output.ts';

const progressIntervalMs = 100;

export class EmbeddingJob {
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
  async add(batch: PictureBatch, answer: PooledVectors): Promise<void> {
    const { dimensions } = answer;
    const vectors = this.#cache.asKept(answer.vectors);
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
    this.#onProgress?.({ stage: 'Computing vectors', done: this.#done, total });
  }
}

/** Places in `samples` of each content: the same image may occur more than once. */
export function placesByHash(samples: readonly Sample[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  samples.forEach(({ contentHash }, index) => {
    const known = places.get(contentHash);
    if (known === undefined) places.set(contentHash, [index]);
    else known.push(index);
  });
  return places;
}
