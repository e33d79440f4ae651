/** A backbone that costs next to nothing: the mean colours of the four quarters of a picture, 12 numbers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeOnnxModel } from '../../factories/make-onnx-model.ts';

export const backboneName = 'quarters.onnx';
/** Pixels, of the pictures too: nothing has to be resized. */
export const imageSize = 8;

export function writeBackbone(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const half = imageSize / 2;
  const model = makeOnnxModel({
    inputs: [{ name: 'pixels', shape: ['pictures', 3, imageSize, imageSize] }],
    outputs: [{ name: 'vectors', shape: ['pictures', 12] }],
    nodes: [
      {
        type: 'AveragePool',
        inputs: ['pixels'],
        outputs: ['quarters'],
        lists: { kernel_shape: [half, half], strides: [half, half] },
      },
      { type: 'Flatten', inputs: ['quarters'], outputs: ['vectors'] },
    ],
  });
  writeFileSync(path.join(folder, backboneName), model);
  writeFileSync(path.join(folder, 'quarters.json'), JSON.stringify({ imageSize, layout: 'nchw' }));
}
