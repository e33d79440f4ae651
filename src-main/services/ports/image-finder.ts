/** Finds images again that are no longer where the project knows them. */
import type { SampleId } from '../../core/dataset/sample.ts';
import type { LongCallOptions } from './long-calls.ts';

export interface KnownImage {
  readonly id: SampleId;
  readonly path: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
}

export interface MovedImages {
  /** `path`: where the same bytes lie now. Each image and each file occurs once. */
  readonly moved: readonly { readonly image: KnownImage; readonly path: string }[];
  /** Neither at their place nor anywhere else in the folder. */
  readonly missing: readonly KnownImage[];
}

export interface ImageFinder {
  /** Looks in `folder` for those of the images that are not at their path. `folder-not-found`, `folder-not-readable`. */
  findMoved(folder: string, images: readonly KnownImage[], options?: LongCallOptions): Promise<MovedImages>;
}
