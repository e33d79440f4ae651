/** Vectors of images by a backbone. */
import type { Problem, Sample } from '../../core/dataset/sample.ts';
import type { LongCallOptions } from './long-calls.ts';

/** One of `count` slices of a dataset; `index` from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** What computed vectors, and why nothing better did. */
export interface EmbeddingDevice {
  /** As onnxruntime calls it: `cpu`, `webgpu`, `cuda`. */
  readonly provider: string;
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

export interface Embedder {
  /** Vectors as float32 [N, D] in shared memory, in the order of `samples`; computed once and kept in the project's cache. */
  embed(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    backbone: string,
    imageSize: number,
    options?: LongCallOptions,
  ): Promise<{
    readonly vectors: SharedArrayBuffer;
    readonly dimensions: number;
    /** SHA-256 of the backbone's file. */
    readonly backboneHash: string;
    /** Vectors that had to be computed; the others were there. */
    readonly computed: number;
    readonly problems: readonly Problem[];
    /** Null where nothing had to be computed. */
    readonly device: EmbeddingDevice | null;
  }>;
  /** Computes one shard's vectors into a file of its own in the project's cache. Idempotent; goes on where it was stopped. */
  embedShard(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    backbone: string,
    imageSize: number,
    shard: Shard,
    options?: LongCallOptions,
  ): Promise<{
    /** Of the shard, and how many of them had to be computed. */
    readonly samples: number;
    readonly computed: number;
    readonly problems: readonly Problem[];
    readonly device: EmbeddingDevice | null;
  }>;
  /** Gathers what the shards have computed. `missing`: samples whose vector is still not there. */
  mergeShards(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    backbone: string,
    imageSize: number,
    options?: LongCallOptions,
  ): Promise<{ readonly merged: number; readonly missing: number; readonly files: number }>;
  /** float32 [N, D] from the cache alone, or null where it lacks one of them. Reads nothing else and is quick. */
  cached(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    backbone: string,
    imageSize: number,
  ): Promise<{ readonly vectors: Float32Array; readonly dimensions: number } | null>;
  /**
   * Goes through the cache once without holding more than a few vectors: for datasets whose vectors do not fit into memory. Calls `visit`
   * with each vector [D] (valid during the call) and the places in `samples` that it belongs to, in the order of the cache. Returns
   * D and how many samples had one, or null where there is no cache.
   */
  visitCached(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    backbone: string,
    imageSize: number,
    visit: (vector: Float32Array, places: readonly number[]) => void,
    options?: LongCallOptions,
  ): Promise<{ readonly dimensions: number; readonly found: number } | null>;
}
