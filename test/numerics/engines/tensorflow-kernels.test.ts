/** The operations that the TensorFlow engine adds, against the forms composed of TF.js operations on the plain JavaScript engine. */
import {
  gatherND,
  getBackend,
  maxPoolWithArgmax,
  memory,
  reshape,
  scatterND,
  sub,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelBlend } from '../../../src-main/core/network/channel-blend.ts';
import { planeMeans } from '../../../src-main/core/network/plane-means.ts';
import { reluGate } from '../../../src-main/core/network/relu-gate.ts';
import { requireImages, requireMatrix } from '../../../src-main/core/network/require-tensor.ts';
import type { ReadyEngine } from '../../../src-main/engines/engine.ts';
import { cpuEngine } from '../../../src-main/engines/cpu-engine.ts';
import { createTensorflowEngine } from '../../../src-main/engines/tensorflow/tensorflow-engine.ts';
import { testEnginesFolder } from '../../factories/engine-packs.ts';
import { expectClose, patternTensor } from '../pattern-tensors.ts';

const TOLERANCE = 1e-5;
const tensorflow = createTensorflowEngine(testEnginesFolder);

/** Odd numbers of everything, more examples than cores, and more pixels than one block of a sum. */
const shape = [7, 9, 11, 13] as const;

const images = (salt: number) => requireImages(patternTensor(shape, salt));
const coefficients = (salt: number) => requireMatrix(patternTensor([shape[0], shape[3]], salt));

async function expectParity(compute: () => readonly Tensor[]): Promise<void> {
  const results: (readonly number[])[][] = [];
  for (const engine of [cpuEngine, tensorflow]) {
    await engine.start();
    expect(getBackend()).toBe(engine.name);
    const before = memory().numTensors;
    results.push(tidy(() => compute().map((tensor) => [...tensor.dataSync()])));
    expect(memory().numTensors).toBe(before);
  }
  const [onCpu = [], onTensorflow = []] = results;
  expect(onTensorflow).toHaveLength(onCpu.length);
  onCpu.forEach((expected, index) => expectClose(onTensorflow[index] ?? [], expected, TOLERANCE));
}

describe.skipIf(testEnginesFolder === null)('operations of the TensorFlow engine', () => {
  const ready: ReadyEngine[] = [];
  beforeAll(async () => {
    ready.push(await cpuEngine.start(), await tensorflow.start());
  });
  afterAll(() => {
    ready.forEach((engine) => engine.dispose());
  });

  test('channel blend of one and of two images', async () => {
    await expectParity(() => [
      channelBlend({ images: images(1), factors: coefficients(2) }, coefficients(3)),
      channelBlend({ images: images(1), factors: coefficients(2) }, coefficients(3), {
        images: images(4),
        factors: coefficients(5),
      }),
    ]);
  });

  test('plane means', async () => {
    await expectParity(() => {
      const { meanOfT, meanOfXT } = planeMeans(images(1), images(2));
      return [meanOfT, meanOfXT];
    });
  });

  test('relu gate', async () => {
    await expectParity(() => [reluGate(images(1), images(2))]);
  });

  test.each([
    [2, 2, 'valid'],
    [3, 2, 'same'],
    [3, 1, 'same'],
    [4, 3, 'valid'],
  ] as const)('max pooling %d/%d %s, forward, along a tangent, and back', async (size, stride, padding) => {
    await expectParity(() => {
      const { result, indexes } = maxPoolWithArgmax(images(1), size, stride, padding, true);
      if (result === undefined || indexes === undefined) throw new Error('Max pooling returned nothing.');
      const chosen = reshape(indexes, [-1, 1]);
      const tangent = gatherND(reshape(images(2), [-1]), chosen);
      const gradient = scatterND(chosen, reshape(result, [-1]), [images(1).size]);
      return [result, indexes, tangent, gradient];
    });
  });

  test('max pooling of values below zero takes none of the padding', async () => {
    await expectParity(() => {
      const { result, indexes } = maxPoolWithArgmax(requireImages(sub(images(1), 5)), 3, 2, 'same', true);
      return [result, indexes].filter((tensor) => tensor !== undefined);
    });
  });

  test('scattering to an index outside of the result is an error, not a write', () => {
    expect(() => scatterND(tensor2d([[99]], [1, 1], 'int32'), patternTensor([1], 1), [4]).dataSync()).toThrow();
  });

  test('scattering rows, which is not ours, still works', async () => {
    await expectParity(() => {
      const rows = tensor2d([[1], [1]], [2, 1], 'int32');
      return [scatterND(rows, patternTensor([2, 3], 2), [4, 3])];
    });
  });
});
