import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddingCache } from '../../src-main/embedding/embedding-cache.ts';

const key = hashOf('backbone');
const dimensions = 3;
const recordBytes = 32 + 4 * dimensions + 4;
let folder: string;
let file: string;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function withCache<T>(work: (cache: EmbeddingCache) => Promise<T>, cacheKey = key): Promise<T> {
  const cache = await EmbeddingCache.open(file, cacheKey, 'float32');
  try {
    return await work(cache);
  } finally {
    await cache.close();
  }
}

/** Appends images a, b, c ... with vectors [1, 1, 1], [2, 2, 2] ... */
function append(...names: readonly string[]): Promise<void> {
  const vectors = names.flatMap((name) => Array.from({ length: dimensions }, () => name.charCodeAt(0) - 96));
  return withCache((cache) => cache.append(names.map(hashOf), Float32Array.from(vectors), dimensions));
}

/** First number of the vector of each image, 0 for those that are not in the cache. */
function look(...names: readonly string[]): Promise<number[]> {
  return withCache(async (cache) => {
    const target = new Float32Array(names.length * dimensions);
    await cache.read(new Map(names.map((name, index) => [hashOf(name), [index]])), target);
    return names.map((_, index) => target[index * dimensions]!);
  });
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'touchstone-cache-'));
  file = path.join(folder, 'cache', 'embeddings.bin');
});
afterEach(() => rm(folder, { recursive: true }));

describe('EmbeddingCache', () => {
  it('gives back what was appended, over several openings', async () => {
    await append('a', 'b');
    await append('c');
    expect(await look('c', 'x', 'a', 'b')).toEqual([3, 0, 1, 2]);
  });

  it('writes an image that occurs twice to both places, and says what it found', async () => {
    await append('a', 'b');
    const target = new Float32Array(3 * dimensions);
    const found = await withCache((cache) => cache.read(new Map([[hashOf('b'), [0, 2]]]), target));
    expect([...target]).toEqual([2, 2, 2, 0, 0, 0, 2, 2, 2]);
    expect([...found]).toEqual([hashOf('b')]);
  });

  it('reads more records than fit into one read', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `image ${index}`);
    const vectors = Float32Array.from({ length: 300 * dimensions }, (_, index) => Math.floor(index / dimensions) + 1);
    await withCache((cache) => cache.append(names.map(hashOf), vectors, dimensions));
    expect(await look(names[299]!, names[0]!, names[128]!)).toEqual([300, 1, 129]);
  });

  it('drops half a record that a kill left, and goes on behind the last whole one', async () => {
    await append('a', 'b');
    const { size } = await stat(file);
    for (const cut of [1, 20, recordBytes - 1]) {
      await truncate(file, size - cut);
      expect(await look('a', 'b')).toEqual([1, 0]);
      await append('b');
      expect(await look('a', 'b')).toEqual([1, 2]);
      expect((await stat(file)).size).toBe(size);
    }
  });

  it('takes a damaged record for an absent one and keeps those around it', async () => {
    await append('a', 'b', 'c');
    const bytes = await readFile(file);
    bytes[bytes.length - recordBytes - 10]! ^= 1;
    await writeFile(file, bytes);
    expect(await look('a', 'b', 'c')).toEqual([1, 0, 3]);
  });

  it.each([0, 9, 12, 20])('begins anew where byte %i of the header is damaged', async (position) => {
    await append('a');
    const handle = await open(file, 'r+');
    await handle.write(Buffer.from([0xee]), 0, 1, position);
    await handle.close();
    expect(await look('a')).toEqual([0]);
    await append('b');
    expect(await look('b')).toEqual([2]);
  });

  it('does not take the vectors of another backbone, nor a file of something else', async () => {
    await append('a');
    expect(await withCache(async (cache) => cache.dimensions, hashOf('other'))).toBeNull();
    await rm(file);
    await appendFile(file, 'something else altogether, and long enough to hold a header of this format');
    expect(await look('a')).toEqual([0]);
  });

  it('does not make a file when it is only asked for one', async () => {
    expect(await EmbeddingCache.openExisting(file, key, 'float32')).toBeNull();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('says that it cannot write where the folder is a file', async () => {
    await writeFile(path.join(folder, 'cache'), '');
    await expect(EmbeddingCache.open(file, key, 'float32')).rejects.toMatchObject({ code: 'file-system' });
  });
});
