/** Finds images that were moved or renamed by what is in them. Reads only files that may be one of them: those of the right size. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../core/errors.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { KnownImage, MovedImages } from '../services/ports/image-finder.ts';
import { hashBytes } from './content-hash.ts';
import { DatasetFileError, readDatasetFile } from './dataset-file.ts';
import { resolveDatasetFolder, scanFolder } from './folder-scan.ts';
import { throttledProgress } from './progress-throttle.ts';

/** @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`, `cancelled`. */
export async function findMoved(
  folder: string,
  images: readonly KnownImage[],
  options?: LongCallOptions,
): Promise<MovedImages> {
  const realFolder = await resolveDatasetFolder(folder);
  const { files } = await scanFolder(folder, options);
  const present = new Set(files);
  const missing = images.filter(({ path }) => !present.has(path));
  const bySize = groupBySize(missing);
  const known = new Set(images.map(({ path }) => path));
  const strangers = missing.length === 0 ? [] : files.filter((file) => !known.has(file));
  const found = new Map<KnownImage, string>();
  const report = throttledProgress('Looking for moved images', strangers.length, options);
  for (const [index, file] of strangers.entries()) {
    throwIfCancelled(options?.signal);
    report(index);
    const image = await recognise(realFolder, file, bySize, found);
    if (image !== null) found.set(image, file);
  }
  return {
    moved: [...found].map(([image, path]) => ({ image, path })),
    missing: missing.filter((image) => !found.has(image)),
  };
}

function groupBySize(images: readonly KnownImage[]): ReadonlyMap<number, readonly KnownImage[]> {
  const groups = new Map<number, KnownImage[]>();
  for (const image of images) {
    const group = groups.get(image.sizeBytes);
    if (group === undefined) groups.set(image.sizeBytes, [image]);
    else group.push(image);
  }
  return groups;
}

/** Of several images with the same bytes: the one whose file name is the same, else the first that was not found yet. */
async function recognise(
  realFolder: string,
  file: string,
  bySize: ReadonlyMap<number, readonly KnownImage[]>,
  found: ReadonlyMap<KnownImage, string>,
): Promise<KnownImage | null> {
  const size = await stat(join(realFolder, file)).then(
    (stats) => stats.size,
    () => -1,
  );
  const candidates = (bySize.get(size) ?? []).filter((image) => !found.has(image));
  if (candidates.length === 0) return null;
  try {
    const { bytes } = await readDatasetFile(realFolder, file);
    const hash = await hashBytes(bytes);
    const same = candidates.filter(({ contentHash }) => contentHash === hash);
    return same.find(({ path }) => baseName(path) === baseName(file)) ?? same[0] ?? null;
  } catch (error) {
    // A file that cannot be read is not one of ours; the next import lists it with its reason.
    if (error instanceof DatasetFileError) return null;
    throw error;
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
