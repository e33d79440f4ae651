/**
 * CIFAR-10 and CIFAR-100 in their standard "binary version" (https://www.cs.toronto.edu/~kriz/cifar.html): records of one label byte (CIFAR-100:
 * coarse, then fine) and 3,072 bytes of red, green and blue planes of 32 x 32, row by row.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TouchstoneError } from '../../core/errors.ts';
import type { LabelledPictures, PictureSets } from './pictures.ts';
import { readDataFile } from './read-data-file.ts';

const size = 32;
const planeLength = size * size;

interface Version {
  readonly title: string;
  readonly trainFiles: readonly string[];
  readonly testFile: string;
  readonly namesFile: string;
  /** Bytes in front of the pixels, the last of which is the label. */
  readonly labelBytes: number;
  readonly classCount: number;
}

const cifar10: Version = {
  title: 'CIFAR-10',
  trainFiles: [1, 2, 3, 4, 5].map((part) => `data_batch_${part}.bin`),
  testFile: 'test_batch.bin',
  namesFile: 'batches.meta.txt',
  labelBytes: 1,
  classCount: 10,
};
const cifar100: Version = {
  title: 'CIFAR-100',
  trainFiles: ['train.bin'],
  testFile: 'test.bin',
  namesFile: 'fine_label_names.txt',
  labelBytes: 2,
  classCount: 100,
};

/** Which version the folder's file names speak for; null where it holds neither. */
export function recogniseCifar(names: readonly string[]): Version | null {
  return [cifar10, cifar100].find(({ trainFiles }) => trainFiles.some((name) => names.includes(name))) ?? null;
}

/** Throws `not-found` for a missing file and `data-invalid` for one that is not such a file, by name. */
export async function readCifar(folder: string, version: Version): Promise<PictureSets> {
  const parts: Uint8Array[] = [];
  for (const name of version.trainFiles) parts.push(await readRecords(path.join(folder, name), version));
  return {
    classNames: await readClassNames(folder, version),
    train: unpack(parts, version),
    test: unpack([await readRecords(path.join(folder, version.testFile), version)], version),
  };
}

async function readRecords(file: string, { title, labelBytes, classCount }: Version): Promise<Uint8Array> {
  const bytes = await readDataFile(file, title);
  const length = labelBytes + 3 * planeLength;
  if (bytes.length === 0 || bytes.length % length !== 0) {
    const message = `${file}: ${bytes.length} bytes are no whole number of ${title} records of ${length}. Download it again, in the binary version.`;
    throw new TouchstoneError('data-invalid', message, { details: { file, bytes: bytes.length } });
  }
  for (let start = 0; start < bytes.length; start += length) {
    const label = bytes[start + labelBytes - 1] ?? 0;
    if (label < classCount) continue;
    const message = `${file}: record ${start / length + 1} has the label ${label}; ${title} has labels from 0 to ${classCount - 1}.`;
    throw new TouchstoneError('data-invalid', message, { details: { file, label } });
  }
  return bytes;
}

/** Planes to pixels. */
function unpack(parts: readonly Uint8Array[], { labelBytes }: Version): LabelledPictures {
  const length = labelBytes + 3 * planeLength;
  const count = parts.reduce((total, part) => total + part.length / length, 0);
  const pixels = new Uint8Array(count * 3 * planeLength);
  const labels = new Int32Array(count);
  let index = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += length, index++) {
      labels[index] = part[start + labelBytes - 1] ?? 0;
      const planes = part.subarray(start + labelBytes, start + length);
      for (let at = 0; at < 3 * planeLength; at++) {
        pixels[index * 3 * planeLength + 3 * (at % planeLength) + Math.floor(at / planeLength)] = planes[at] ?? 0;
      }
    }
  }
  return { size, pixels, labels };
}

/** Numbers where the file of names is missing: nothing depends on them. */
async function readClassNames(folder: string, { namesFile, classCount }: Version): Promise<readonly string[]> {
  const text = await readFile(path.join(folder, namesFile), 'utf8').catch(() => '');
  const names = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Array.from({ length: classCount }, (_, index) => names[index] ?? String(index));
}
