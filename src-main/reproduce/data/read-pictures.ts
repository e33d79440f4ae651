/** Finds out what lies in a folder - CIFAR's binary files, MNIST's idx files, or class folders of images - and reads it. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { TouchstoneError } from '../../core/errors.ts';
import type { LongCallOptions } from '../../services/ports/long-calls.ts';
import { readCifar, recogniseCifar } from './cifar-files.ts';
import { isMnistFolder, readMnist } from './idx-files.ts';
import { readPictureFolders } from './picture-folder.ts';
import type { PictureSets } from './pictures.ts';

export interface DataLocation {
  readonly folder: string;
  /** Test pictures in class folders of their own; otherwise `test` beside `train` in `folder`. */
  readonly testFolder: string | null;
  readonly labelFile: string | null;
}

/** `size` is the side that image files are fitted into; CIFAR and MNIST have their own. Throws, naming the folder or file. */
export async function readPictures(
  { folder, testFolder, labelFile }: DataLocation,
  size: number,
  options: LongCallOptions = {},
): Promise<PictureSets> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    const message = `${folder}: no such folder, or it cannot be read (${error.code ?? error.message}).`;
    throw new TouchstoneError('folder-not-found', message, { details: { folder }, cause: error });
  });
  const cifar = recogniseCifar(names);
  if (cifar !== null) return readCifar(folder, cifar);
  if (isMnistFolder(names)) return readMnist(folder, names);
  const hasBoth = names.includes('train') && names.includes('test');
  if (testFolder === null && !hasBoth) {
    const message =
      `${folder} holds neither CIFAR-10's data_batch_1.bin, nor CIFAR-100's train.bin, nor MNIST's train-images-idx3-ubyte, nor the folders ` +
      'train and test. For class folders without a test part, name one with --test.';
    throw new TouchstoneError('data-invalid', message, { details: { folder } });
  }
  return readPictureFolders(
    {
      trainFolder: hasBoth ? path.join(folder, 'train') : folder,
      testFolder: testFolder ?? path.join(folder, 'test'),
      labelFile,
      size,
    },
    options,
  );
}
