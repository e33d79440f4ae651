/** Class folders of image files, as PNGs of MNIST or CIFAR are passed around: `train/<class>/...` and `test/<class>/...`. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse';
import { TouchstoneError } from '../../core/errors.ts';
import { createDatasetReader } from '../../media/dataset-reader.ts';
import { decodeSquare } from '../../media/decode.ts';
import { imageConcurrency, mapInOrder } from '../../media/ordered-map.ts';
import type { ListedFile } from '../../services/ports/dataset-reader.ts';
import type { LongCallOptions } from '../../services/ports/long-calls.ts';
import type { LabelledPictures, PictureSets } from './pictures.ts';

export interface FolderRequest {
  readonly trainFolder: string;
  readonly testFolder: string;
  /** CSV with `path` and `true_label` (or `label`) for the training pictures, where the folders they lie in are not the truth. */
  readonly labelFile: string | null;
  /** Side that pictures are fitted into. */
  readonly size: number;
}

const truthColumns = ['true_label', 'label'];

/** Throws `folder-not-found`, `dataset-empty`, `manifest-invalid`, `class-unknown` and `image-unreadable`, naming the file. */
export async function readPictureFolders(request: FolderRequest, options: LongCallOptions = {}): Promise<PictureSets> {
  const reader = createDatasetReader();
  const list = async (folder: string): Promise<readonly ListedFile[]> => {
    const { files } = await reader.list(folder, { kind: 'folders' }, options);
    if (files.length > 0) return files;
    throw new TouchstoneError('dataset-empty', `${folder} holds no class folders with images.`, {
      details: { folder },
    });
  };
  const found = await list(request.trainFolder);
  const trainFiles = request.labelFile === null ? found : await relabel(found, request.labelFile);
  const testFiles = await list(request.testFolder);
  const classNames = [...new Set(trainFiles.map(({ label }) => label))].sort();
  const unknown = testFiles.find(({ label }) => !classNames.includes(label));
  if (unknown !== undefined) {
    const message = `${path.join(request.testFolder, unknown.path)}: no training image is of the class "${unknown.label}".`;
    throw new TouchstoneError('class-unknown', message, { details: { label: unknown.label } });
  }
  const decode = (folder: string, files: readonly ListedFile[]): Promise<LabelledPictures> =>
    decodeAll(folder, files, classNames, request.size, options);
  return {
    classNames,
    train: await decode(request.trainFolder, trainFiles),
    test: await decode(request.testFolder, testFiles),
  };
}

/** Every file of the folder must be in the list: a truth that covers a part would be a silent change of the experiment. */
async function relabel(files: readonly ListedFile[], labelFile: string): Promise<readonly ListedFile[]> {
  const labels = await readTruth(labelFile);
  return files.map(({ path: file }) => {
    const label = labels.get(file);
    if (label !== undefined) return { path: file, label };
    throw new TouchstoneError(
      'manifest-invalid',
      `${labelFile}: no row for ${file}. It must list every training image.`,
      {
        details: { file: labelFile, path: file },
      },
    );
  });
}

async function readTruth(labelFile: string): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>();
  try {
    const rows = createReadStream(labelFile).pipe(parse({ columns: true, bom: true, skip_empty_lines: true }));
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      const column = truthColumns.find((name) => name in row);
      if (column === undefined || row['path'] === undefined)
        throw new Error(`its first line must name the columns path and ${truthColumns.join(' or ')}`);
      labels.set(row['path'], row[column] ?? '');
    }
  } catch (error) {
    const message = `${labelFile}: cannot be used (${(error as Error).message}).`;
    throw new TouchstoneError('manifest-invalid', message, { details: { file: labelFile }, cause: error });
  }
  return labels;
}

async function decodeAll(
  folder: string,
  files: readonly ListedFile[],
  classNames: readonly string[],
  size: number,
  { signal }: LongCallOptions,
): Promise<LabelledPictures> {
  const length = size * size * 3;
  const pixels = new Uint8Array(files.length * length);
  const decode = async ({ path: name }: ListedFile): Promise<Uint8Array> => {
    const file = path.join(folder, name);
    try {
      return await decodeSquare(await readFile(file), size);
    } catch (error) {
      const message = `${file}: ${(error as Error).message}`;
      throw new TouchstoneError('image-unreadable', message, { details: { file }, cause: error });
    }
  };
  let index = 0;
  for await (const picture of mapInOrder(files, imageConcurrency, decode, signal))
    pixels.set(picture, index++ * length);
  return { size, pixels, labels: Int32Array.from(files, ({ label }) => classNames.indexOf(label)) };
}
