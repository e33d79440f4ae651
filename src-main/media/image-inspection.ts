/** Finds out what each file of an import really is: its format, its pixels, its content hash. Several files at once. */
import type { Problem } from '../core/dataset/sample.ts';
import type { ListedFile } from '../services/ports/dataset-reader.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { FoundSample } from '../services/ports/sample-store.ts';
import { hashBytes } from './content-hash.ts';
import { DatasetFileError, openDatasetFile, readDatasetFile } from './dataset-file.ts';
import { checkImage } from './decode.ts';
import { closeFile } from './file-calls.ts';
import { resolveDatasetFolder } from './folder-scan.ts';
import { describeContent, sniffFormat } from './image-format.ts';
import { imageConcurrency, mapInOrder } from './ordered-map.ts';
import { throttledProgress } from './progress-throttle.ts';
import { recentPictures } from './recent-pictures.ts';

/** A sample, a problem, or a sample with a remark. */
export interface Inspection {
  readonly found: FoundSample | null;
  readonly problem: Problem | null;
}

/**
 * Reads, hashes and decodes every file, in the order of `files`; what cannot be used becomes a problem, never an exception.
 *
 * @param known What earlier imports found, by path: files whose size and time are unchanged are not read again.
 * @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`, `cancelled`.
 */
export async function* inspectFiles(
  folder: string,
  files: readonly ListedFile[],
  known: ReadonlyMap<string, FoundSample>,
  options?: LongCallOptions,
): AsyncGenerator<Inspection> {
  const realFolder = await resolveDatasetFolder(folder);
  const report = throttledProgress('Checking images', files.length, options);
  const duplicates = new DuplicateFinder();
  recentPictures.clear();
  const inspect = (file: ListedFile): Promise<Inspection> => inspectFile(realFolder, file, known.get(file.path));
  let done = 0;
  for await (const inspection of mapInOrder(files, imageConcurrency, inspect, options?.signal)) {
    done += 1;
    report(done);
    yield inspection.found === null ? inspection : { ...inspection, problem: duplicates.check(inspection.found) };
  }
}

async function inspectFile(realFolder: string, file: ListedFile, known: FoundSample | undefined): Promise<Inspection> {
  try {
    const isUnchanged = known !== undefined && (await hasSameStats(realFolder, known));
    const found = isUnchanged ? { ...known, givenLabel: file.label } : await readSample(realFolder, file);
    return { found, problem: null };
  } catch (error) {
    if (!(error instanceof DatasetFileError)) throw error;
    return { found: null, problem: { path: file.path, kind: error.kind, reason: error.message } };
  }
}

async function hasSameStats(realFolder: string, known: FoundSample): Promise<boolean> {
  const { file, sizeBytes, modifiedAtMs } = await openDatasetFile(realFolder, known.path);
  await closeFile(file);
  return sizeBytes === known.sizeBytes && modifiedAtMs === known.modifiedAtMs;
}

async function readSample(realFolder: string, file: ListedFile): Promise<FoundSample> {
  const { bytes, sizeBytes, modifiedAtMs } = await readDatasetFile(realFolder, file.path, refuseOtherContent);
  const [contentHash, { width, height, pixels }] = await Promise.all([hashBytes(bytes), checkImage(bytes)]);
  if (pixels !== undefined) recentPictures.keep(contentHash, { pixels, width, height });
  return { path: file.path, contentHash, sizeBytes, modifiedAtMs, width, height, givenLabel: file.label };
}

function refuseOtherContent(head: Uint8Array): void {
  if (sniffFormat(head) !== null) return;
  const reason = `It is ${describeContent(head)}. JPEG, PNG, WebP, TIFF, AVIF and GIF images are read.`;
  throw new DatasetFileError('unsupported', reason);
}

/** Remembers each content's first file, and says so when another file has the same bytes. */
class DuplicateFinder {
  readonly #firstByHash = new Map<string, { readonly path: string; readonly label: string }>();

  check({ path, contentHash, givenLabel }: FoundSample): Problem | null {
    const first = this.#firstByHash.get(contentHash);
    if (first === undefined) {
      this.#firstByHash.set(contentHash, { path, label: givenLabel });
      return null;
    }
    const same = `Its bytes are those of ${first.path}`;
    if (first.label === givenLabel) return { path, kind: 'duplicate', reason: `${same}.` };
    const reason = `${same}, which is labelled "${first.label}" and not "${givenLabel}".`;
    return { path, kind: 'duplicate-other-label', reason };
  }
}
