/** ONNX files that name data outside, have wrong shapes, or are damaged; and their descriptions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomGenerator } from '../../../../src-main/core/random/random-generator.ts';
import { OnnxBackbone } from '../../../../src-main/embedding/onnx-backbone.ts';
import { makeModel, type ModelOptions } from '../onnx-model.ts';
import { mutate, pick } from '../mutate.ts';
import type { FuzzTarget } from '../target.ts';

const places = [
  '../../secret.txt',
  '/etc/passwd',
  '../../../secret.txt',
  'weights.bin',
  'file:///etc/passwd',
  '',
] as const;

function makeOptions(random: RandomGenerator): ModelOptions {
  const side = pick([16, 16, 16, -1, 1, 0, 4_096], random);
  return {
    inputShape: pick(
      [
        [-1, 3, side, side],
        [-1, 3, side, side],
        [-1, 3, side, side],
        [1, 3, 16, 16],
        [3],
        [],
        [-1, -1, -1, -1],
        [-1, 1_000_000, 1_000_000, 3],
      ],
      random,
    ),
    inputType: pick([1, 1, 1, 2, 7, 8], random),
    operator: pick(
      [
        'GlobalAveragePool',
        'GlobalAveragePool',
        'GlobalAveragePool',
        'Flatten',
        'Identity',
        'Expand',
        'NoSuchOperator',
        'ConstantOfShape',
      ],
      random,
    ),
    externalData: random.uniform() < 0.4 ? pick(places, random) : null,
  };
}

const description = JSON.stringify({
  input: 'input',
  output: 'output',
  layout: 'nchw',
  imageSize: 16,
  mean: [0, 0, 0],
  standardDeviation: [1, 1, 1],
});

export const target: FuzzTarget = {
  weight: 4,
  prepare: async () => undefined,
  run: async (random, folder) => {
    const file = join(folder, 'model.onnx');
    const model = makeModel(makeOptions(random));
    writeFileSync(file, random.uniform() < 0.5 ? model : mutate(model, random));
    if (random.uniform() < 0.5) writeFileSync(join(folder, 'model.json'), mutate(Buffer.from(description), random));
    const backbone = await OnnxBackbone.load(file, { threads: 1, provider: 'cpu' });
    try {
      await backbone.embed(new Uint8Array(2 * 16 * 16 * 3), 16);
    } finally {
      await backbone.release();
    }
  },
};
