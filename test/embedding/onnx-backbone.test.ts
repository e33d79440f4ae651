/** Models of every kind of input and output, on a picture whose mean colour is known. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OnnxBackbone } from '../../src-main/embedding/onnx-backbone.ts';
import { makeOnnxModel, type OnnxModelParts, type OnnxNode } from '../factories/make-onnx-model.ts';

const size = 8;
const colours = [[255, 102, 51], [0, 51, 204], [25.5, 25.5, 25.5].map(Math.round)] as const;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'touchstone-onnx-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** One picture of each colour: uint8 RGB [3, 8, 8, 3]. */
const pixels = Uint8Array.from({ length: colours.length * size * size * 3 }, (_, index) => {
  return colours[Math.floor(index / (size * size * 3))]?.[index % 3] ?? 0;
});

/** (pixel / 255 - 0.5) / 0.5 of each picture's channels. */
const normalised = colours.flatMap((colour) => colour.map((value) => value / 127.5 - 1));

let written = 0;

async function load(parts: OnnxModelParts, description?: object): Promise<OnnxBackbone> {
  const file = path.join(folder, `model-${(written += 1)}.onnx`);
  writeFileSync(file, makeOnnxModel(parts));
  if (description) writeFileSync(file.replace('.onnx', '.json'), JSON.stringify(description));
  return OnnxBackbone.load(file, { provider: 'cpu', threads: 1 });
}

async function embed(parts: OnnxModelParts, description?: object): Promise<number[]> {
  const backbone = await load(parts, description);
  const { vectors, dimensions } = await backbone.embed(pixels, size);
  expect(vectors).toHaveLength(colours.length * dimensions);
  await backbone.release();
  return [...vectors];
}

const picture = { name: 'x', shape: ['n', 3, 'h', 'w'] } as const;
const keep: OnnxNode = { type: 'Identity', inputs: ['x'], outputs: ['y'] };
const planes = { inputs: [picture], outputs: [{ name: 'y', shape: ['n', 3, 'h', 'w'] }], nodes: [keep] } as const;

function expectClose(found: readonly number[], expected: readonly number[], digits = 5): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? Number.NaN, digits));
}

describe('the input of a model', () => {
  it('is planes where the shape says so, with the mean and deviation that the description gives', async () => {
    expectClose(await embed(planes), normalised);
    const ownScale = { mean: [0, 0, 0], standardDeviation: [1, 2, 1] };
    const scaled = colours.flatMap((colour) => colour.map((value, channel) => value / 255 / (channel === 1 ? 2 : 1)));
    expectClose(await embed(planes, ownScale), scaled);
  });

  it('is rows of pixels where the channels come last', async () => {
    const shape = ['n', 'h', 'w', 3];
    const parts = { inputs: [{ name: 'x', shape }], outputs: [{ name: 'y', shape }], nodes: [keep] };
    expectClose(await embed(parts), normalised);
  });

  it('is bytes without any normalisation where the model takes bytes', async () => {
    const cast: OnnxNode = { type: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: 1 } };
    const parts = { ...planes, inputs: [{ ...picture, type: 'uint8' as const }], nodes: [cast] };
    expectClose(await embed(parts), colours.flat());
  });

  it('is half floats where the model takes them, and so may be its output', async () => {
    const half = { type: 'float16' as const };
    const parts = {
      inputs: [{ ...picture, ...half }],
      outputs: [{ ...planes.outputs[0], ...half }],
      nodes: [keep],
    };
    expectClose(await embed(parts), normalised, 3);
  });

  it('is the brightness for a model of grey pictures', async () => {
    const shape = ['n', 1, 'h', 'w'];
    const parts = { inputs: [{ name: 'x', shape }], outputs: [{ name: 'y', shape }], nodes: [keep] };
    const grey = colours.map(([r = 0, g = 0, b = 0]) => (0.299 * r + 0.587 * g + 0.114 * b) / 127.5 - 1);
    expectClose(await embed(parts), grey);
  });

  it('may be of a fixed number of pictures, whatever number there is', async () => {
    const shape = [2, 3, size, size];
    const parts = { inputs: [{ name: 'x', shape }], outputs: [{ name: 'y', shape }], nodes: [keep] };
    expectClose(await embed(parts), normalised);
  });

  it('decides the image size unless the description does', async () => {
    expect((await load(planes)).imageSize).toBe(224);
    expect((await load(planes, { imageSize: 64 })).imageSize).toBe(64);
    const fixed = { ...planes, inputs: [{ name: 'x', shape: ['n', 3, 48, 48] }] };
    expect((await load(fixed)).imageSize).toBe(48);
    await expect((await load(fixed)).embed(pixels, size)).rejects.toThrow('not 8 x 8 pixels');
    await expect((await load(planes, { sizeMultiple: 14 })).embed(pixels, size)).rejects.toThrow('multiples of 14');
  });

  it.each<[string, OnnxModelParts]>([
    ['2 inputs', { ...planes, inputs: [picture, { name: 'mask', shape: ['n'] }] }],
    [
      'not an image',
      { ...planes, inputs: [{ name: 'x', shape: ['n', 512] }], outputs: [{ name: 'y', shape: ['n', 512] }] },
    ],
    ['say its "layout"', { ...planes, inputs: [{ name: 'x', shape: ['n', 'c', 'h', 'w'] }] }],
  ])('is refused in words: %s', async (words, parts) => {
    await expect(load(parts)).rejects.toMatchObject({
      code: 'backbone-invalid',
      message: expect.stringContaining(words) as string,
    });
  });
});

describe('the output of a model', () => {
  const tokens: OnnxModelParts = {
    inputs: [picture],
    outputs: [{ name: 'y', shape: ['n', 't', 3] }],
    nodes: [{ type: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
    constants: { shape: [0, -1, 3] },
  };

  it('may be a sequence: its first vector, or the mean', async () => {
    // Each plane of 64 equal numbers is cut into threes: 21 of the first colour's, then a mixed one, ...
    const first = colours.flatMap((colour) => Array.from({ length: 3 }, () => (colour[0] ?? 0) / 127.5 - 1));
    expectClose(await embed(tokens), first);
    const means = await embed(tokens, { pooling: 'mean' });
    const perPicture = colours.map((colour) => colour.reduce((sum, value) => sum + value / 127.5 - 1, 0) / 3);
    perPicture.forEach((mean, index) => {
      const vector = means.slice(3 * index, 3 * index + 3);
      expect(vector.reduce((sum, value) => sum + value, 0) / 3).toBeCloseTo(mean, 5);
    });
  });

  it('may be any tensor inside of the model', async () => {
    const classifier: OnnxModelParts = {
      inputs: [picture],
      outputs: [{ name: 'logits', shape: ['n', 1] }],
      nodes: [
        { type: 'GlobalAveragePool', inputs: ['x'], outputs: ['features'] },
        { type: 'ReduceSum', inputs: ['features', 'axes'], outputs: ['logits'], attributes: { keepdims: 0 } },
      ],
      constants: { axes: [1, 2, 3] },
    };
    const logitsOnly = { ...classifier, outputs: [{ name: 'logits', shape: ['n'] }] };
    expectClose(await embed(logitsOnly, { output: 'features' }), normalised);
    await expect(load(logitsOnly, { output: 'penultimate' })).rejects.toThrow(
      'it has no output "penultimate", only "logits", and no tensor of that name inside',
    );
    await expect(embed(logitsOnly)).rejects.toThrow('not float32 [3, D]');
  });

  it('must be named where there are several', async () => {
    const two = {
      ...planes,
      outputs: [...planes.outputs, { name: 'z', shape: ['n', 3, 'h', 'w'] }],
      nodes: [keep, { type: 'Neg', inputs: ['x'], outputs: ['z'] }],
    };
    await expect(load(two)).rejects.toThrow('it has 2 outputs ("y", "z"); name one');
    expectClose(
      await embed(two, { output: 'z' }),
      normalised.map((value) => -value),
    );
  });

  it('is refused where it is not finite', async () => {
    const log = { ...planes, nodes: [{ type: 'Log', inputs: ['x'], outputs: ['y'] }] };
    await expect(embed(log)).rejects.toThrow('not finite');
  });
});
