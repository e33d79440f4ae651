/** Looks at pictures as they are, for the check of the pictures. */
import type { PictureMeasures } from '../../core/pictures/measure-picture.ts';
import type { Sample } from '../../core/dataset/sample.ts';
import type { LongCallOptions } from './long-calls.ts';

export interface MeasuredPicture {
  readonly measures: PictureMeasures;
  /** Perceptual hash. */
  readonly hash: readonly [number, number];
  /** uint8 grey [256]. */
  readonly thumb: Uint8Array;
}

export interface PictureMeter {
  /** In the order of `samples`; null for what cannot be decoded any more. */
  measure(
    project: { readonly folder: string; readonly datasetFolder: string },
    samples: readonly Sample[],
    options?: LongCallOptions,
  ): AsyncIterable<MeasuredPicture | null>;
}
