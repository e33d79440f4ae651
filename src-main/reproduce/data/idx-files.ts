/**
 * MNIST in its own format "idx", gzipped or not: two zero bytes, the type (8: unsigned bytes), the number of dimensions, their sizes as
 * big-endian 32-bit integers, then the values.
 */
import path from 'node:path';
import { TouchstoneError } from '../../core/errors.ts';
import type { LabelledPictures, PictureSets } from './pictures.ts';
import { readDataFile } from './read-data-file.ts';

const unsignedBytes = 8;
/** Some copies have a dot for the hyphen in front of `idx`. */
const parts = {
  train: { pixels: /^train-images[-.]idx3-ubyte(\.gz)?$/, labels: /^train-labels[-.]idx1-ubyte(\.gz)?$/ },
  test: { pixels: /^t10k-images[-.]idx3-ubyte(\.gz)?$/, labels: /^t10k-labels[-.]idx1-ubyte(\.gz)?$/ },
} as const;

export function isMnistFolder(names: readonly string[]): boolean {
  return names.some((name) => parts.train.pixels.test(name));
}

/** Grey becomes RGB with three equal channels. Throws `not-found` and `data-invalid`, naming the file. */
export async function readMnist(folder: string, names: readonly string[]): Promise<PictureSets> {
  const read = async ({ pixels, labels }: { pixels: RegExp; labels: RegExp }): Promise<LabelledPictures> =>
    toPictures(await readIdx(folder, names, pixels, 3), await readIdx(folder, names, labels, 1));
  const sets = { train: await read(parts.train), test: await read(parts.test) };
  return { classNames: Array.from({ length: 10 }, (_, digit) => String(digit)), ...sets };
}

interface IdxArray {
  readonly file: string;
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

async function readIdx(folder: string, names: readonly string[], wanted: RegExp, rank: number): Promise<IdxArray> {
  const plain = wanted.source.replace(/^\^|\(.*$/g, '').replace('[-.]', '-');
  const file = path.join(folder, names.find((name) => wanted.test(name)) ?? plain);
  const bytes = await readDataFile(file, 'MNIST');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isIdx =
    bytes.length >= 4 + 4 * rank && view.getUint16(0) === 0 && bytes[2] === unsignedBytes && bytes[3] === rank;
  const shape = isIdx ? Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis)) : [];
  const values = bytes.subarray(4 + 4 * rank);
  if (!isIdx || values.length !== shape.reduce((product, length) => product * length, 1)) {
    const message = `${file}: this is no idx file of bytes with ${rank} dimensions, or its end is missing. Download it again.`;
    throw new TouchstoneError('data-invalid', message, { details: { file } });
  }
  return { file, shape, values };
}

function toPictures(images: IdxArray, labels: IdxArray): LabelledPictures {
  const [count = 0, height = 0, width = 0] = images.shape;
  if (height !== width || labels.values.length !== count) {
    const message = `${images.file} holds ${count} images of ${width} x ${height}, ${labels.file} ${labels.values.length} labels: they do not belong together.`;
    throw new TouchstoneError('data-invalid', message, { details: { file: images.file } });
  }
  const pixels = new Uint8Array(3 * images.values.length);
  images.values.forEach((grey, at) => pixels.fill(grey, 3 * at, 3 * at + 3));
  return { size: height, pixels, labels: Int32Array.from(labels.values) };
}
