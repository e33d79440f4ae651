import '@tensorflow/tfjs-backend-cpu';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import { createPixelFeed, createVectorFeed } from '../../../src-main/training/data-feed.ts';
import { splitTrusted } from '../../../src-main/training/hold-out.ts';

beforeAll(async () => {
  await setBackend('cpu');
  await ready();
});

it('createVectorFeed hands out the vectors of the samples it is asked for', () => {
  const feed = createVectorFeed(Float32Array.from([1, 7, 3, 8, 5, 9]), 2);
  const batch = feed.batch(Uint32Array.from([2, 0]), null);
  expect(batch.shape).toEqual([2, 2]);
  expect([...batch.dataSync()]).toEqual([5, 9, 1, 7]);
});

it('createVectorFeed moves samples towards others where it is asked to', () => {
  const feed = createVectorFeed(Float32Array.from([0, 2, 4, 6]), 1);
  const blends = { partners: Uint32Array.of(2, 1), shares: Float32Array.of(0.25, 0) };
  // A quarter of the way from 0 to 4 is 1.
  expect([...feed.batch(Uint32Array.of(0, 3), null, blends).dataSync()]).toEqual([1, 6]);
});

describe('createPixelFeed', () => {
  const size = 4;
  const length = size * size * 3;
  // The second picture is all 255; the first counts its bytes.
  const pixels = Uint8Array.from({ length: 2 * length }, (_, position) => (position < length ? position : 255));
  const first = Uint32Array.of(0);

  it('maps bytes to [-1, 1] in the order of the indices', () => {
    const batch = createPixelFeed(pixels, size, { shiftPixels: 0, mirror: false }).batch(Uint32Array.of(1, 0), null);
    const values = batch.dataSync();
    expect(batch.shape).toEqual([2, size, size, 3]);
    expect([...values.subarray(0, length)].every((value) => value === 1)).toBe(true);
    expect(values[length]).toBe(-1);
    expect(values[length + 47]).toBe(Math.fround(47 / 127.5 - 1));
  });

  it('shifts, fills up with grey and mirrors, each as often as chance has it', () => {
    const feed = createPixelFeed(pixels, size, { shiftPixels: 1, mirror: true });
    const random = createRandom(3);
    const seen = new Set<string>();
    for (let draws = 0; draws < 300; draws++) seen.add([...feed.batch(first, random).dataSync()].join());
    // 3 shifts to the side, 3 up and down, mirrored or not: all of them, and nothing else.
    expect(seen.size).toBe(18);
    const greyCounts = new Set(
      [...seen].map((picture) => picture.split(',').filter((value) => value === '0').length / 3),
    );
    expect(greyCounts).toEqual(new Set([0, 4, 7]));
  });

  it('leaves pictures alone without a generator, and draws the same for the same seed', () => {
    const feed = createPixelFeed(pixels, size, { shiftPixels: 1, mirror: true });
    const plain = createPixelFeed(pixels, size, { shiftPixels: 0, mirror: false });
    expect(feed.batch(first, null).dataSync()).toEqual(plain.batch(first, null).dataSync());
    expect(feed.batch(first, createRandom(9)).dataSync()).toEqual(feed.batch(first, createRandom(9)).dataSync());
  });
});

describe('splitTrusted', () => {
  const labels = Int32Array.from({ length: 60 }, (_, sample) => (sample < 20 ? 0 : sample < 29 ? 1 : 2));
  const trusted = Uint32Array.from({ length: 39 }, (_, sample) => sample);

  it('holds out a fifth of each class with ten or more, and nothing of smaller ones', () => {
    const { used, heldOut } = splitTrusted(trusted, labels, 1);
    const perClass = (samples: Uint32Array, label: number): number =>
      samples.filter((sample) => labels[sample] === label).length;
    expect([0, 1, 2].map((label) => perClass(heldOut, label))).toEqual([4, 0, 2]);
    expect([0, 1, 2].map((label) => perClass(used, label))).toEqual([16, 9, 8]);
    expect([...used, ...heldOut].sort((a, b) => a - b)).toEqual([...trusted]);
  });

  it('depends on the seed, not on the order in which they were trusted', () => {
    const { heldOut } = splitTrusted(trusted, labels, 1);
    expect(splitTrusted(trusted.toReversed(), labels, 1).heldOut).toEqual(heldOut);
    expect(splitTrusted(trusted, labels, 2).heldOut).not.toEqual(heldOut);
  });
});
