/** Decodes samples to squares, once: the network trains on them from memory, and the project's cache keeps them. */
import { join } from 'node:path';
import type { Problem, Sample } from '../core/dataset/sample.ts';
import { throwIfCancelled } from '../core/errors.ts';
import { greyPicture, midGrey, putSquare, type Picture } from '../core/pictures/enlarge.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { PictureBatch, PixelSource } from '../services/ports/pixel-source.ts';
import { systemCode } from './file-system-errors.ts';
import { PixelStore } from './pixel-store.ts';
import { throttledProgress } from './progress-throttle.ts';
import { decodeSamples } from './sample-decoding.ts';

type ProjectFolders = Parameters<PixelSource['load']>[0];

export function createPixelSource(): PixelSource {
  return { load: loadPixels, batches: decodeBatches };
}

/**
 * See PixelSource.load. The cache lies in `<project>/cache/pixels-<size>/` and may be deleted at any time; where it cannot be
 * written (read-only project, full disk) the pictures are decoded all the same and not kept.
 *
 * @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`, `cancelled`.
 */
async function loadPixels(
  project: ProjectFolders,
  samples: readonly Sample[],
  size: number,
  options?: LongCallOptions,
): Promise<{ readonly pixels: SharedArrayBuffer; readonly problems: readonly Problem[] }> {
  const slotBytes = size * size * 3;
  const pixels = new SharedArrayBuffer(samples.length * slotBytes);
  const slotOf = (index: number): Uint8Array => new Uint8Array(pixels, index * slotBytes, slotBytes);
  const store = await openStore(join(project.folder, 'cache', `pixels-${size}`), slotBytes);
  try {
    const missing = await readCached(store, samples, slotOf, options);
    const problems = await decodeMissing(project, samples, missing, size, slotOf, store, options);
    return { pixels, problems };
  } finally {
    await store.close();
  }
}

/** Fills the slots of samples that the store has. Returns the indices of the others. */
async function readCached(
  store: OptionalStore,
  samples: readonly Sample[],
  slotOf: (index: number) => Uint8Array,
  options: LongCallOptions | undefined,
): Promise<readonly number[]> {
  const report = throttledProgress('Reading images', samples.length, options);
  const missing: number[] = [];
  for (const [index, sample] of samples.entries()) {
    throwIfCancelled(options?.signal);
    if (!(await store.read(sample.contentHash, slotOf(index)))) missing.push(index);
    report(index + 1);
  }
  return missing;
}

async function decodeMissing(
  project: ProjectFolders,
  samples: readonly Sample[],
  missing: readonly number[],
  size: number,
  slotOf: (index: number) => Uint8Array,
  store: OptionalStore,
  options: LongCallOptions | undefined,
): Promise<readonly Problem[]> {
  if (missing.length === 0) return [];
  const report = throttledProgress('Decoding images', missing.length, options);
  const problems: Problem[] = [];
  const wanted = missing.map((index) => at(samples, index));
  let done = 0;
  try {
    for await (const decoded of decodeSamples(project.datasetFolder, wanted, size, options?.signal)) {
      const index = at(missing, done);
      const slot = slotOf(index);
      if ('picture' in decoded) {
        putSquare(decoded.picture, size, slot);
        await store.add(at(samples, index).contentHash, slot);
      } else {
        slot.fill(midGrey);
        problems.push(decoded.problem);
      }
      done += 1;
      report(done);
    }
  } finally {
    // After a cancel too: what was decoded need not be decoded again.
    await store.flush();
  }
  return problems;
}

/**
 * See PixelSource.batches.
 *
 * @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`, `cancelled`.
 */
async function* decodeBatches(
  project: ProjectFolders,
  samples: readonly Sample[],
  size: number,
  batchSize: number,
  options?: LongCallOptions,
): AsyncGenerator<PictureBatch> {
  const report = throttledProgress('Decoding images', samples.length, options);
  let pictures: Picture[] = [];
  let problems: Problem[] = [];
  let done = 0;
  for await (const decoded of decodeSamples(project.datasetFolder, samples, size, options?.signal)) {
    pictures.push('picture' in decoded ? decoded.picture : greyPicture);
    if ('problem' in decoded) problems.push(decoded.problem);
    done += 1;
    report(done);
    if (pictures.length < batchSize && done < samples.length) continue;
    yield { firstIndex: done - pictures.length, pictures, problems };
    [pictures, problems] = [[], []];
  }
}

function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new RangeError(`No value at ${index}`);
  return value;
}

/** A store that stops keeping things, rather than failing, once the file system refuses. */
type OptionalStore = Pick<PixelStore, 'read' | 'add' | 'flush' | 'close'>;

async function openStore(folder: string, slotBytes: number): Promise<OptionalStore> {
  let store: PixelStore | null = await orNull(PixelStore.open(folder, slotBytes));
  const attempt = async (work: (open: PixelStore) => Promise<void>): Promise<void> => {
    const open = store;
    if (open === null) return;
    const isDone = await orNull(work(open).then(() => true));
    if (isDone !== null) return;
    store = null;
    await open.close();
  };
  return {
    read: async (contentHash, target) =>
      store === null ? false : ((await orNull(store.read(contentHash, target))) ?? false),
    add: (contentHash, pixels) => attempt((open) => open.add(contentHash, pixels)),
    flush: () => attempt((open) => open.flush()),
    close: () => attempt((open) => open.close()),
  };
}

/** Null where the file system refused; other errors are bugs and stay errors. */
async function orNull<Value>(promise: Promise<Value>): Promise<Value | null> {
  try {
    return await promise;
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}
