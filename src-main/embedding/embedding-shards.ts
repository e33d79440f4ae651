/**
 * A dataset's vectors computed by several processes, on several machines with a shared folder: each writes a file of its own, and
 * one of them gathers these into the project's cache. Which image belongs to which shard is decided by its content alone, so
 * that nobody has to agree on an order.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Sample } from '../core/dataset/sample.ts';
import { throwIfCancelled } from '../core/errors.ts';
import type { Shard } from '../services/ports/embedder.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { EmbeddingCache } from './embedding-cache.ts';

/** contentHash: SHA-256 in hexadecimal, whose first 32 bits are as good as random. */
export function isInShard(contentHash: string, { index, count }: Shard): boolean {
  return Number.parseInt(contentHash.slice(0, 8), 16) % count === index - 1;
}

/** The file of one shard of the cache file `mainFile`. */
export function shardFile(mainFile: string, { index, count }: Shard): string {
  return path.join(shardFolder(mainFile), `${path.basename(mainFile, '.bin')}.${index}-of-${count}.bin`);
}

function shardFolder(mainFile: string): string {
  return path.join(path.dirname(mainFile), 'shards');
}

export interface MergeResult {
  /** Vectors that came in. */
  readonly merged: number;
  /** Images of `samples` whose vector is still not there. */
  readonly missing: number;
  readonly files: number;
}

/**
 * Brings what the shards have into `cache`, whose file is `mainFile`. Their files are removed once nothing is missing. `open` gives
 * a shard's file, or null where it is not of the same backbone.
 */
export async function mergeShardFiles(
  mainFile: string,
  cache: EmbeddingCache,
  open: (file: string) => Promise<EmbeddingCache | null>,
  samples: readonly Sample[],
  { signal, onProgress }: LongCallOptions,
): Promise<MergeResult> {
  const files = await shardFiles(mainFile);
  const known = await cache.hashes();
  let merged = 0;
  for (const [done, file] of files.entries()) {
    throwIfCancelled(signal);
    onProgress?.({ stage: 'Merging', done, total: files.length });
    const shard = await open(file);
    if (shard === null) continue;
    try {
      for await (const { hashes, vectors, dimensions } of shard.records(known)) {
        await cache.append(hashes, vectors, dimensions);
        for (const hash of hashes) known.add(hash);
        merged += hashes.length;
      }
    } finally {
      await shard.close();
    }
  }
  const missing = samples.filter(({ contentHash }) => !known.has(contentHash)).length;
  if (missing === 0) for (const file of files) await rm(file, { force: true });
  return { merged, missing, files: files.length };
}

async function shardFiles(mainFile: string): Promise<readonly string[]> {
  const folder = shardFolder(mainFile);
  const names = await readdir(folder).catch(() => []);
  const start = `${path.basename(mainFile, '.bin')}.`;
  return names
    .filter((name) => name.startsWith(start))
    .toSorted()
    .map((name) => path.join(folder, name));
}
