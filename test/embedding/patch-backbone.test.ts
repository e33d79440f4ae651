import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { learnDictionary, patchSide } from '../../src-main/core/patches/learn-dictionary.ts';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import type { ClassId, Sample, SampleId } from '../../src-main/core/dataset/sample.ts';
import { OnnxEmbedder } from '../../src-main/embedding/onnx-embedder.ts';
import type { PictureBatch } from '../../src-main/services/ports/pixel-source.ts';

const [count, size] = [12, 16];
const random = createRandom(4);
const pictures = Array.from({ length: count }, () =>
  Uint8Array.from({ length: size * size * 3 }, () => random.integer(256)),
);
const samples: Sample[] = pictures.map((_, index) => ({
  id: (index + 1) as SampleId,
  path: `${index}.png`,
  contentHash: index.toString(16).padStart(64, '0'),
  sizeBytes: 1,
  modifiedAtMs: 0,
  width: size,
  height: size,
  givenClassId: 1 as ClassId,
  presence: 'present',
}));

const pixels = {
  async *batches(_project: unknown, wanted: readonly Sample[]): AsyncGenerator<PictureBatch> {
    const squares = wanted.map(({ id }) => ({ pixels: pictures[id - 1]!, width: size, height: size }));
    yield { firstIndex: 0, pictures: squares, problems: [] };
  },
};

/** The encoding as its formula says, pixel by pixel. */
function encode(picture: Uint8Array): number[] {
  const steps = learnDictionary(Buffer.concat(pictures), size, 1);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { filters, offsets, flatness } = step.value;
  const places = size - patchSide + 1;
  const window = Math.ceil(places / 2);
  const stride = Math.floor(places / 2);
  const vector: number[] = [];
  const answersAt = (top: number, left: number): Float64Array => {
    const patch = Array.from({ length: 108 }, (_, index) => {
      const row = top + (Math.floor(index / patchSide) % patchSide);
      return picture[(row * size + left + (index % patchSide)) * 3 + Math.floor(index / 36)]! / 255;
    });
    const mean = patch.reduce((sum, value) => sum + value, 0) / 108;
    const variance = patch.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 108;
    return Float64Array.from(offsets, (offset, word) => {
      const product = patch.reduce((sum, value, index) => sum + value * filters[word * 108 + index]!, 0);
      return Math.max(0, product / Math.sqrt(variance + flatness) - offset);
    });
  };
  const answers = Array.from({ length: places * places }, (_, at) => answersAt(Math.floor(at / places), at % places));
  for (let word = 0; word < offsets.length; word++) {
    for (const [top, left] of [
      [0, 0],
      [0, stride],
      [stride, 0],
      [stride, stride],
    ] as const) {
      let sum = 0;
      for (let row = top; row < top + window; row++)
        for (let column = left; column < left + window; column++) sum += answers[row * places + column]![word]!;
      vector.push(Math.sqrt(sum / window ** 2));
    }
  }
  return vector;
}

describe('the patch dictionary as a backbone', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'touchstone-patches-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const makeEmbedder = () => new OnnxEmbedder({ backboneFolders: [], pixels });
  const embed = (imageSize = size) =>
    makeEmbedder().embed({ folder, datasetFolder: folder }, samples, 'patch-dictionary.onnx', imageSize);

  it('is learned from the pictures, computes what its formula says, and is kept', async () => {
    expect(
      await makeEmbedder().cached({ folder, datasetFolder: folder }, samples, 'patch-dictionary.onnx', size),
    ).toBeNull();
    const { vectors, dimensions, backboneHash } = await embed();
    expect(dimensions).toBe(4 * 256);
    const expected = encode(pictures[3]!);
    const actual = new Float32Array(vectors).subarray(3 * dimensions, 4 * dimensions);
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 3);
    const again = await embed();
    expect(again.backboneHash).toBe(backboneHash);
    expect(again.computed).toBe(0);
    expect((await readdir(path.join(folder, 'cache'))).filter((name) => name.endsWith('.part'))).toEqual([]);
  }, 60_000);

  it('refuses sizes whose quarters hold no patch', async () => {
    await expect(embed(8)).rejects.toThrow('at least 12 pixels');
  });
});
