/** Finding the images of a folder or a manifest. */
import type { Problem } from '../../core/dataset/sample.ts';
import type { LongCallOptions } from './long-calls.ts';
import type { LabelSource } from './project-files.ts';
import type { FoundSample } from './sample-store.ts';

/** One candidate of an import: a file and the label that its place or the manifest gives it. */
export interface ListedFile {
  readonly path: string;
  readonly label: string;
}

export interface DatasetListing {
  readonly files: readonly ListedFile[];
  readonly problems: readonly Problem[];
  /** What was recognised, in words: "6 class folders", "metadata.csv (Hugging Face image folder)". */
  readonly recognisedAs: string;
}

/** Finds out what an image file is without trusting it. */
export interface DatasetReader {
  /** Lists candidates: walks the folder or reads the manifest. Does not open image files. */
  list(folder: string, labels: LabelSource, options?: LongCallOptions): Promise<DatasetListing>;
  /**
   * Hashes and fully decodes each file, several at once; results in the order of `files`. `known` lets an update skip files whose
   * size and time are unchanged.
   */
  inspect(
    folder: string,
    files: readonly ListedFile[],
    known: ReadonlyMap<string, FoundSample>,
    options?: LongCallOptions,
  ): AsyncIterable<{ readonly found: FoundSample | null; readonly problem: Problem | null }>;
}
