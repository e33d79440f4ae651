/** The kernels that the WebAssembly engine adds or replaces, against the plain JavaScript engine's. */
import {
  backend,
  engine as tfjs,
  getBackend,
  matMul,
  maxPoolWithArgmax,
  ones,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelBlend } from '../../../src-main/core/network/channel-blend.ts';
import { activeRows, uploadWeights, weightedRows } from '../../../src-main/core/network/example-rows.ts';
import { requireImages, requireMatrix } from '../../../src-main/core/network/require-tensor.ts';
import type { Padding } from '../../../src-main/core/network/window.ts';
import { slidOverLength } from '../../../src-main/core/network/window.ts';
import { cpuEngine } from '../../../src-main/engines/cpu-engine.ts';
import type { ReadyEngine } from '../../../src-main/engines/engine.ts';
import { wasmEngine } from '../../../src-main/engines/wasm/node-wasm-engine.ts';
import { expectClose, patternTensor } from '../pattern-tensors.ts';

const TOLERANCE = 1e-5;

/** Values of `compute`'s result, first on cpu, then on wasm; no buffer may be left behind. */
async function onBothEngines(compute: () => Tensor): Promise<readonly [onCpu: Float32Array, onWasm: Float32Array]> {
  const results: Float32Array[] = [];
  for (const engine of [cpuEngine, wasmEngine]) {
    await engine.start();
    expect(getBackend()).toBe(engine.name);
    // Buffers that a kernel makes for itself are no tensors: only the backend knows of one that was forgotten.
    const buffersBefore = backend().numDataIds();
    results.push(Float32Array.from(tidy(() => compute().dataSync())));
    expect(backend().numDataIds()).toBe(buffersBefore);
  }
  const [onCpu, onWasm] = results;
  if (onCpu === undefined || onWasm === undefined) throw new Error('Both engines must answer.');
  return [onCpu, onWasm];
}

let ready: ReadyEngine[] = [];
beforeAll(async () => {
  ready = [await cpuEngine.start(), await wasmEngine.start()];
});
afterAll(() => {
  ready.forEach((engine) => {
    engine.dispose();
  });
});

describe('matrix products', () => {
  // Shapes on both sides of every choice between transposing factors and transposing the product.
  const shapes = [
    [1, 1, 1],
    [5, 7, 3],
    [40, 3, 2],
    [3, 40, 2],
    [2, 3, 40],
    [33, 17, 65],
  ] as const;
  const turns = [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const;
  const cases = shapes.flatMap(([m, k, n]) => turns.map(([a, b]) => ({ m, k, n, transposeA: a, transposeB: b })));

  test.each(cases)('[$m, $k] x [$k, $n], transposed: $transposeA, $transposeB', async (shape) => {
    const { m, k, n, transposeA, transposeB } = shape;
    const [onCpu, onWasm] = await onBothEngines(() => {
      const a = patternTensor(transposeA ? [k, m] : [m, k], 1);
      const b = patternTensor(transposeB ? [n, k] : [k, n], 2);
      return matMul(a, b, transposeA, transposeB);
    });
    expectClose(onWasm, onCpu, TOLERANCE);
  });

  test('are native where onnxruntime is made for the system', () => {
    const [, onWasm] = ready;
    const isMade = process.platform !== 'darwin' || process.arch === 'arm64';
    expect('onnxruntime-node' in (onWasm?.versions ?? {})).toBe(isMade);
  });

  test.each(turns)(
    'of large matrices, as they are cut into blocks, transposed: %s, %s',
    async (transposeA, transposeB) => {
      const [m, k, n] = [130, 257, 300];
      const [onCpu, onWasm] = await onBothEngines(() => {
        const a = patternTensor(transposeA ? [k, m] : [m, k], 1);
        const b = patternTensor(transposeB ? [n, k] : [k, n], 2);
        return matMul(a, b, transposeA, transposeB);
      });
      expectClose(onWasm, onCpu, TOLERANCE);
    },
  );

  test.each(turns)('of batches, transposed: %s, %s', async (transposeA, transposeB) => {
    const [onCpu, onWasm] = await onBothEngines(() => {
      const a = patternTensor(transposeA ? [3, 4, 5] : [3, 5, 4], 1);
      const b = patternTensor(transposeB ? [3, 6, 4] : [3, 4, 6], 2);
      return matMul(a, b, transposeA, transposeB);
    });
    expectClose(onWasm, onCpu, TOLERANCE);
  });
});

describe('convolution gradients', () => {
  const sizes = [
    { height: 6, width: 6, size: 3 },
    { height: 7, width: 5, size: 3 },
    { height: 9, width: 8, size: 5 },
    { height: 6, width: 7, size: 1 },
    { height: 5, width: 6, size: 2 },
  ];
  const cases = sizes.flatMap((shape) =>
    [1, 2, 3].flatMap((stride) => (['same', 'valid'] as const).map((pad) => ({ ...shape, stride, pad }))),
  );
  interface Case {
    readonly height: number;
    readonly width: number;
    readonly size: number;
    readonly stride: number;
    readonly pad: Padding;
  }
  const [batch, channels, outputChannels] = [3, 2, 4];

  function errorsFor({ height, width, size, stride, pad }: Case): Tensor {
    const shape = [slidOverLength(height, size, stride, pad), slidOverLength(width, size, stride, pad)];
    return patternTensor([batch, ...shape, outputChannels], 2);
  }

  test.each(cases)('by kernel: $height x $width, $size x $size, stride $stride, $pad', async (testCase) => {
    const { height, width, size, stride, pad } = testCase;
    const [onCpu, onWasm] = await onBothEngines(() =>
      tfjs().runKernel<Tensor>(
        'Conv2DBackpropFilter',
        { x: patternTensor([batch, height, width, channels], 1), dy: errorsFor(testCase) },
        {
          strides: [stride, stride],
          pad,
          dataFormat: 'NHWC',
          filterShape: [size, size, channels, outputChannels],
        },
      ),
    );
    expectClose(onWasm, onCpu, TOLERANCE);
  });

  test.each(cases)('by input: $height x $width, $size x $size, stride $stride, $pad', async (testCase) => {
    const { height, width, size, stride, pad } = testCase;
    const [onCpu, onWasm] = await onBothEngines(() =>
      tfjs().runKernel<Tensor>(
        'Conv2DBackpropInput',
        { dy: errorsFor(testCase), filter: patternTensor([size, size, channels, outputChannels], 1) },
        { strides: [stride, stride], pad, dataFormat: 'NHWC', inputShape: [batch, height, width, channels] },
      ),
    );
    expectClose(onWasm, onCpu, TOLERANCE);
  });
});

describe('max pooling', () => {
  const windows = [
    { size: 2, stride: 2, pad: 'valid' },
    { size: 3, stride: 2, pad: 'valid' },
    { size: 3, stride: 2, pad: 'same' },
    { size: 3, stride: 1, pad: 'same' },
  ] as const;

  test.each(windows)('$size/$stride $pad: the same maxima at the same places', async ({ size, stride, pad }) => {
    for (const [key, includeBatch] of [
      ['result', true],
      ['indexes', true],
      ['indexes', false],
    ] as const) {
      const [onCpu, onWasm] = await onBothEngines(() => {
        const images = requireImages(patternTensor([2, 7, 6, 3], 1));
        return maxPoolWithArgmax(images, size, stride, pad, includeBatch)[key] ?? images;
      });
      expect(onWasm).toEqual(onCpu);
    }
  });

  test('of equal values, the first one is chosen, on both engines', async () => {
    const positions = await onBothEngines(() => {
      const images = requireImages(tensor(new Float32Array(16).fill(-2), [1, 4, 4, 1]));
      return maxPoolWithArgmax(images, 2, 2, 'valid', true)['indexes'] ?? images;
    });
    for (const chosen of positions) expect([...chosen]).toEqual([0, 2, 8, 10]);
  });
});

test('channel blend: the kernel and its composition agree, with one image and with two', async () => {
  for (const hasSecond of [false, true]) {
    const [onCpu, onWasm] = await onBothEngines(() => {
      const term = (salt: number): Parameters<typeof channelBlend>[0] => ({
        images: requireImages(patternTensor([2, 3, 4, 5], salt)),
        factors: requireMatrix(patternTensor([2, 5], salt + 1)),
      });
      const offsets = requireMatrix(patternTensor([2, 5], 9));
      return hasSecond ? channelBlend(term(1), offsets, term(3)) : channelBlend(term(1), offsets);
    });
    expectClose(onWasm, onCpu, TOLERANCE);
  }
});

describe('rows of the examples with a weight', () => {
  const someZero = Float64Array.of(0, 0.5, 0, 1, 0.25);

  test.each([[4], [2, 3, 4]])('the kernel and its composition agree', async (...shape) => {
    const values = (): Tensor => patternTensor([someZero.length, ...shape], 1);
    const [pickedOnCpu, pickedOnWasm] = await onBothEngines(() => activeRows(values(), uploadWeights(someZero)));
    expect(pickedOnWasm).toEqual(pickedOnCpu);
    const [onCpu, onWasm] = await onBothEngines(() => weightedRows(values(), uploadWeights(someZero)));
    expect(onWasm.length).toBe(pickedOnWasm.length);
    expectClose(onWasm, onCpu, TOLERANCE);
  });

  test('none at all leave no rows', async () => {
    const [onCpu, onWasm] = await onBothEngines(() =>
      activeRows(patternTensor([2, 3], 1), uploadWeights(Float64Array.of(0, 0))),
    );
    expect([onCpu.length, onWasm.length]).toEqual([0, 0]);
  });
});

test('memory that grows in the middle of a kernel does not spoil its result', async () => {
  await wasmEngine.start();
  // The backend starts with 16 MB: the upload (11 MB) fits, the transposed copy (11) and the product (14) make it grow.
  const [rows, columns] = [4, 700_000];
  const firstRowCounts = new Float32Array(rows * columns).map((_, i) => (i < columns ? i % 1000 : 0));
  const product = tidy(() => matMul(tensor(firstRowCounts, [rows, columns]), ones([rows, 5]), true).dataSync());
  expect(product.length).toBe(columns * 5);
  expect(product.every((value, i) => value === Math.floor(i / 5) % 1000)).toBe(true);
});
