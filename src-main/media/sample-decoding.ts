/** Reads and decodes the files of samples, which may have changed or gone since the import. */
import type { Problem, Sample } from '../core/dataset/sample.ts';
import { isSmaller, type Picture } from '../core/pictures/enlarge.ts';
import { hashBytes } from './content-hash.ts';
import { DatasetFileError, readDatasetFile } from './dataset-file.ts';
import { decodeForSquare } from './decode.ts';
import { resolveDatasetFolder } from './folder-scan.ts';
import { imageConcurrency, mapInOrder } from './ordered-map.ts';
import { recentPictures } from './recent-pictures.ts';

/** What decoding one sample gave: the picture for `toSquares`, or why there is none. */
export type Decoded = { readonly picture: Picture } | { readonly problem: Problem };

/**
 * Decodes samples for squares of a side, several at once, in their order. What cannot be decoded any more is a problem.
 *
 * @throws {TouchstoneError} `folder-not-found`, `folder-not-readable`, `cancelled`.
 */
export async function* decodeSamples(
  datasetFolder: string,
  samples: readonly Sample[],
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Decoded> {
  const realFolder = await resolveDatasetFolder(datasetFolder);
  const decode = (sample: Sample): Promise<Decoded> => decodeSample(realFolder, sample, size);
  yield* mapInOrder(samples, imageConcurrency, decode, signal);
}

async function decodeSample(realFolder: string, sample: Sample, size: number): Promise<Decoded> {
  try {
    const recent = recentPictures.take(sample.contentHash);
    if (recent !== null && isSmaller(recent, size)) return { picture: recent };
    return { picture: await decodeForSquare(await readSampleFile(realFolder, sample), size, sample) };
  } catch (error) {
    if (!(error instanceof DatasetFileError)) throw error;
    return { problem: { path: sample.path, kind: error.kind, reason: error.message } };
  }
}

/**
 * The bytes of a sample's file, as they were when it was imported.
 *
 * @throws {DatasetFileError} Where the file is gone, cannot be read, or holds other bytes than at the import.
 */
export async function readSampleFile(realFolder: string, sample: Sample): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes } = await readDatasetFile(realFolder, sample.path);
  if ((await hashBytes(bytes)) !== sample.contentHash) {
    throw new DatasetFileError('unreadable', 'The file has changed since the import. Import the folder again.');
  }
  return bytes;
}
