/** The readers of CIFAR's and MNIST's own formats and of class folders, on small files made here, whole and broken. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pickClasses } from '../../src-main/reproduce/data/pictures.ts';
import { readPictures } from '../../src-main/reproduce/data/read-pictures.ts';

let folder = '';
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'touchstone-pictures-'))));
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, content: Uint8Array | string): Promise<void> => writeFile(path.join(folder, name), content);
const read = (more: object = {}) => readPictures({ folder, testFolder: null, labelFile: null, ...more }, 4);

/** Planes of red 10, green 20, blue 30 but for the first pixel, whose red is 200 + label. */
function cifarRecord(labels: readonly number[]): Uint8Array {
  const planes = [10, 20, 30].flatMap((value) => new Array<number>(1024).fill(value));
  planes[0] = 200 + (labels.at(-1) ?? 0);
  return Uint8Array.from([...labels, ...planes]);
}

async function putCifar10(): Promise<void> {
  for (const part of [1, 2, 3, 4, 5])
    await put(`data_batch_${part}.bin`, Buffer.concat([cifarRecord([part]), cifarRecord([0])]));
  await put('test_batch.bin', cifarRecord([9]));
}

describe('CIFAR', () => {
  it('is read in the order of its files, planes as pixels', async () => {
    await putCifar10();
    await put('batches.meta.txt', 'airplane\nautomobile\n\n');
    const { train, test, classNames } = await read();
    expect([...train.labels]).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0]);
    expect([...train.pixels.subarray(0, 6)]).toEqual([201, 20, 30, 10, 20, 30]);
    expect([...test.labels]).toEqual([9]);
    expect([train.size, classNames.length, classNames[1], classNames[2]]).toEqual([32, 10, 'automobile', '2']);
  });

  it('100: the second of two labels counts', async () => {
    await put('train.bin', cifarRecord([3, 77]));
    await put('test.bin', cifarRecord([3, 99]));
    const { train, test, classNames } = await read();
    expect([train.labels[0], test.labels[0], classNames.length]).toEqual([77, 99, 100]);
  });

  it('is refused by file where one is missing, cut short or holds labels that cannot be', async () => {
    await putCifar10();
    await rm(path.join(folder, 'data_batch_4.bin'));
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'not-found' }));
    await put('data_batch_4.bin', cifarRecord([1]).subarray(1));
    await expect(read()).rejects.toThrow(/data_batch_4\.bin: 3072 bytes are no whole number/);
    await put('data_batch_4.bin', cifarRecord([10]));
    await expect(read()).rejects.toThrow(/record 1 has the label 10; CIFAR-10 has labels from 0 to 9/);
  });
});

describe('MNIST', () => {
  const idx = (shape: readonly number[], values: readonly number[]): Uint8Array => {
    const head = Buffer.alloc(4 + 4 * shape.length);
    head.set([0, 0, 8, shape.length]);
    shape.forEach((length, axis) => head.writeUInt32BE(length, 4 + 4 * axis));
    return Buffer.concat([head, Uint8Array.from(values)]);
  };

  async function putMnist(): Promise<void> {
    await put('train-images-idx3-ubyte.gz', gzipSync(idx([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])));
    await put('train-labels-idx1-ubyte.gz', gzipSync(idx([3], [4, 7, 9])));
    await put('t10k-images-idx3-ubyte', idx([1, 2, 2], [0, 0, 0, 255]));
    await put('t10k-labels-idx1-ubyte', idx([1], [9]));
  }

  it('is read packed or not, grey as three equal channels, and gives its fours and nines', async () => {
    await putMnist();
    const sets = await read();
    expect([...sets.train.pixels.subarray(0, 6)]).toEqual([1, 1, 1, 2, 2, 2]);
    const { train, test } = pickClasses(sets, ['4', '9']);
    expect([[...train.labels], [...test.labels]]).toEqual([[0, 1], [1]]);
    expect(train.pixels[train.pixels.length - 1]).toBe(12);
  });

  it('is refused by file where an array is cut short, no idx file, or of another length', async () => {
    await putMnist();
    await put('t10k-labels-idx1-ubyte', idx([2], [9]));
    await expect(read()).rejects.toThrow(/t10k-labels-idx1-ubyte: this is no idx file of bytes with 1 dimensions/);
    await put('t10k-labels-idx1-ubyte', idx([2], [9, 4]));
    await expect(read()).rejects.toThrow(/they do not belong together/);
    await put('train-labels-idx1-ubyte.gz', gzipSync(idx([3], [4, 7, 9])).subarray(0, 20));
    await expect(read()).rejects.toThrow(/train-labels-idx1-ubyte\.gz: the end is missing or damaged/);
  });
});

describe('class folders', () => {
  async function putPicture(name: string, grey: number): Promise<void> {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    const background = { r: grey, g: grey, b: grey };
    await put(
      name,
      await sharp({ create: { width: 4, height: 4, channels: 3, background } })
        .png()
        .toBuffer(),
    );
  }

  it('are read from train and test, and labels from a file that knows better', async () => {
    await putPicture('train/cat/1.png', 10);
    await putPicture('train/dog/2.png', 20);
    await putPicture('test/dog/3.png', 30);
    const plain = await read();
    expect([plain.classNames, [...plain.train.labels], [...plain.test.labels]]).toEqual([['cat', 'dog'], [0, 1], [1]]);
    expect(plain.train.pixels[48]).toBe(20);
    const labelFile = path.join(folder, 'truth.csv');
    await put('truth.csv', 'path,given_label,true_label\ncat/1.png,cat,dog\ndog/2.png,dog,cat\n');
    expect([...(await read({ labelFile })).train.labels]).toEqual([1, 0]);
    await put('truth.csv', 'path,true_label\ncat/1.png,dog\n');
    await expect(read({ labelFile })).rejects.toThrow(/no row for dog\/2\.png/);
    await put('truth.csv', 'file,class\ncat/1.png,dog\n');
    await expect(read({ labelFile })).rejects.toThrow(/must name the columns path and true_label or label/);
  });

  it('are refused where a picture is none, a class is new, or nothing is recognised', async () => {
    await putPicture('train/cat/1.png', 10);
    await putPicture('test/cat/1.png', 10);
    await put('train/cat/2.png', 'no picture');
    await expect(read()).rejects.toThrow(/2\.png/);
    await rm(path.join(folder, 'train/cat/2.png'));
    await putPicture('test/horse/1.png', 10);
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'class-unknown' }));
    await expect(read({ folder: path.join(folder, 'train') })).rejects.toThrow(/holds neither CIFAR-10's/);
    await expect(read({ folder: path.join(folder, 'gone') })).rejects.toThrow(/no such folder/);
  });
});
