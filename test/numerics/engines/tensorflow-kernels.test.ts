/** The operations that the TensorFlow engine adds, against the forms composed of TF.js operations on the plain JavaScript engine. */
import { getBackend, maxPoolWithArgmax, memory, mul, sub, sum, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelBlend } from '../../../src-main/core/network/channel-blend.ts';
import { exampleProducts } from '../../../src-main/core/network/example-products.ts';
import { activeRows, uploadWeights, weightedRows } from '../../../src-main/core/network/example-rows.ts';
import { createMaxPooling } from '../../../src-main/core/network/layers/max-pooling.ts';
import { normalise, normaliseGradient, normaliseTangent } from '../../../src-main/core/network/normalisation.ts';
import { pack } from '../../../src-main/core/network/pack.ts';
import { planeMeans } from '../../../src-main/core/network/plane-means.ts';
import { reluGate } from '../../../src-main/core/network/relu-gate.ts';
import { requireImages, requireMatrix } from '../../../src-main/core/network/require-tensor.ts';
import { crossEntropyGradient, oneHotTargets } from '../../../src-main/core/network/softmax-cross-entropy.ts';
import { spatialMean, spatialMeanGradient, sumToChannels } from '../../../src-main/core/network/sums.ts';
import { sgdStep } from '../../../src-main/core/reweight/sgd.ts';
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

  test('channel sums of images, of a matrix, and of more rows than one piece', async () => {
    await expectParity(() => [
      sumToChannels(images(1)),
      sumToChannels(coefficients(2)),
      sumToChannels(patternTensor([3000, 24], 3)),
    ]);
  });

  test('products of examples with examples and with what is the same for all, alone and together', async () => {
    await expectParity(() => {
      const pairs = [
        { x: images(1), t: images(2) },
        { x: coefficients(3), t: coefficients(4) },
        { x: coefficients(3), t: patternTensor([shape[3]], 5) },
      ];
      const long = { x: patternTensor([2, 5000], 6), t: patternTensor([2, 5000], 7) };
      return [...pairs.map((pair) => exampleProducts([pair])), exampleProducts([long]), exampleProducts(pairs)];
    });
  });

  test('products of examples of another size are an error, not a read', () => {
    expect(() => exampleProducts([{ x: images(1), t: patternTensor([3], 1) }]).dataSync()).toThrow();
    expect(() =>
      exampleProducts([
        { x: images(1), t: images(2) },
        { x: patternTensor([3, 2], 1), t: patternTensor([3, 2], 2) },
      ]).dataSync(),
    ).toThrow();
  });

  test('packing tensors of several shapes', async () => {
    await expectParity(() => [pack([images(1), coefficients(2), patternTensor([1], 3), sum(images(4))])]);
  });

  test('gradient of the cross-entropy, of large logits too', async () => {
    await expectParity(() => {
      const targets = oneHotTargets([0, 2, 1, 1, 2, 0, 2], 3);
      const logits = patternTensor([7, 3], 1);
      return [logits, mul(logits, 1000)].map((each) => crossEntropyGradient(requireMatrix(each), targets));
    });
  });

  test('relu gate', async () => {
    await expectParity(() => [reluGate(images(1), images(2))]);
  });

  /** 13 channels are no whole number of vector registers, 16 and 24 are. */
  const normalisations = [0, 1, 13].flatMap((groups) => [
    { groups, channels: 13, isRectified: false },
    { groups, channels: 13, isRectified: true },
  ]);
  const ofManyChannels = [0, 8].map((groups) => ({ groups, channels: 24, isRectified: true }));

  test.each([...normalisations, ...ofManyChannels])(
    'normalisation of $channels channels in $groups groups, rectified: $isRectified',
    async ({ channels, ...options }) => {
      await expectParity(() => {
        const pattern = (lengths: readonly number[], salt: number) => patternTensor(lengths, salt);
        const shapeOf = [7, 9, 11, channels];
        const [scale, offset] = [pattern([channels], 2), pattern([channels], 3)];
        const x = pattern(shapeOf, 1);
        const { y, m, r, v } = normalise({ x, scale, offset }, options);
        const state = { x, scale, offset, y, m, r };
        const along = { scaleTangent: pattern([channels], 5), offsetTangent: pattern([channels], 6) };
        const tangent = normaliseTangent({ ...state, ...along, tangent: pattern(shapeOf, 4) }, options);
        const gradients = [false, true].map((isSummed) =>
          normaliseGradient({ ...state, gradient: pattern(shapeOf, 7) }, { ...options, isSummed }),
        );
        return [y, m, r, v, tangent, ...gradients.flatMap(({ input, scales, offsets }) => [input, scales, offsets])];
      });
    },
  );

  test('rows of active examples, as they are and weighted', async () => {
    await expectParity(() => {
      const weights = uploadWeights(Float64Array.of(0, 0.5, 0, 0, 2, -1, 0.25));
      return [activeRows(images(1), weights), weightedRows(images(1), weights)];
    });
  });

  test('a row outside of the batch is an error, not a read', () => {
    const weights = uploadWeights(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 1));
    expect(() => weightedRows(images(1), weights).dataSync()).toThrow();
  });

  test('descent of several parameters, with momentum, and with decay of one of them', async () => {
    await expectParity(() => {
      const shapes = [[3, 5], [7], [2, 2, 2]];
      const tensors = (salt: number) => shapes.map((lengths, i) => patternTensor(lengths, salt + i));
      const specs = shapes.map((lengths, i) => ({
        ...({ name: `p${i}`, shape: lengths, initialiser: 'zeros', fanIn: 1, fanOut: 1 } as const),
        decays: i === 1,
      }));
      const state = { parameters: tensors(1), momenta: tensors(11) };
      const settings = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 };
      const { parameters, momenta } = sgdStep(state, tensors(21), specs, settings);
      return [...parameters, ...momenta];
    });
  });

  test.each([
    [2, 2, 'valid'],
    [3, 2, 'same'],
    [3, 1, 'same'],
    [4, 3, 'valid'],
  ] as const)('max pooling %d/%d %s, forward, along a tangent, and back', async (size, stride, padding) => {
    await expectParity(() => {
      const layer = createMaxPooling({ name: 'pool', inputShape: [9, 11, 13], size, stride, padding });
      const trace = layer.forward([], images(1), { mode: 'train', seed: 1 });
      const tangent = layer.tangent([], trace, images(2), []);
      const { inputGradient } = layer.backward([], trace, trace.output, true);
      return [trace.output, ...trace.saved, tangent, inputGradient].filter((tensor) => tensor !== null);
    });
  });

  test('max pooling of values below zero takes none of the padding', async () => {
    await expectParity(() => {
      const { result, indexes } = maxPoolWithArgmax(requireImages(sub(images(1), 5)), 3, 2, 'same', true);
      return [result, indexes].filter((tensor) => tensor !== undefined);
    });
  });

  const pool = createMaxPooling({ name: 'pool', inputShape: [4, 4, 3], size: 2, stride: 2 });
  const backThrough = (positions: readonly number[]): Tensor | null => {
    const output = patternTensor([2, 2, 2, 3], 1);
    return pool.backward([], { output, saved: [tensor4d([...positions], [2, 2, 2, 3], 'int32')] }, output, true)
      .inputGradient;
  };

  test('back through a pool whose positions are in no order', async () => {
    await expectParity(() =>
      [backThrough(Array.from({ length: 24 }, (_, i) => (i * 55) % 96))].filter((x) => x !== null),
    );
  });

  test('max pooling of whole vector registers', async () => {
    await expectParity(() => {
      const { result, indexes } = maxPoolWithArgmax(requireImages(patternTensor([5, 9, 8, 24], 1)), 3, 2, 'same', true);
      return [result, indexes].filter((tensor) => tensor !== undefined);
    });
  });

  test('a position outside of the image is an error, not a write', () => {
    expect(() => backThrough(Array.from({ length: 24 }, () => 96))?.dataSync()).toThrow();
  });

  test('mean of the image plane, and back', async () => {
    await expectParity(() => [
      spatialMean(images(1)),
      spatialMeanGradient(coefficients(2), { height: 9, width: 11 }),
      spatialMean(requireImages(patternTensor([3, 20, 20, 24], 3))),
    ]);
  });
});
