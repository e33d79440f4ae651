/** Decoded pictures for networks and backbones. */
import type { Problem, Sample } from '../../core/dataset/sample.ts';
import type { Picture } from '../../core/pictures/enlarge.ts';
import type { LongCallOptions } from './long-calls.ts';

/** Pictures as squares, fitted without cropping and padded with mid-grey, for a network or a backbone. */
export interface PixelSource {
  /**
   * uint8 RGB, [N, size, size, 3], in shared memory, in the order of `samples`; decoded once and kept in the project's cache. Samples that
   * can no longer be decoded (changed or gone since the import) are mid-grey and listed.
   */
  load(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    size: number,
    options?: LongCallOptions,
  ): Promise<{ readonly pixels: SharedArrayBuffer; readonly problems: readonly Problem[] }>;
  /**
   * The same pictures a batch at a time, in the order of `samples`, for a consumer that looks at each once (the embedder) and makes the squares
   * itself (`toSquares`): neither reads nor writes the pixel cache, and holds a few batches in memory, never all of them.
   */
  batches(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    size: number,
    batchSize: number,
    options?: LongCallOptions,
  ): AsyncIterable<PictureBatch>;
}

/** Consecutive samples' pictures. */
export interface PictureBatch {
  /** Place of the first one within the samples asked for. */
  readonly firstIndex: number;
  /** n = batchSize but for the last batch; each a square of the side asked for, or smaller in both directions. */
  readonly pictures: readonly Picture[];
  /** Of this batch; the samples they name are mid-grey. */
  readonly problems: readonly Problem[];
}
