import { expect, it } from 'vitest';
import { toModelInput, valueTables } from '../../src-main/embedding/model-input.ts';

// Two images of 1 x 2 pixels: RGB, RGB.
const pixels = Uint8Array.from([0, 51, 255, 102, 153, 204, 255, 0, 0, 0, 255, 0]);
const halves = valueTables({ mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5] });

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => expect(actual[index]).toBeCloseTo(value, 5));
}

it('puts one channel after the other for nchw', () => {
  expectClose(toModelInput(pixels, 2, 'nchw', halves), [-1, -0.2, -0.6, 0.2, 1, 0.6, 1, -1, -1, 1, -1, -1]);
});

it('keeps the order for nhwc', () => {
  expectClose(toModelInput(pixels, 2, 'nhwc', halves), [-1, -0.6, 1, -0.2, 0.2, 0.6, 1, -1, -1, -1, 1, -1]);
});

it('normalises each channel by its own mean and deviation', () => {
  const tables = valueTables({ mean: [0, 0.5, 1], standardDeviation: [1, 0.25, 2] });
  const values = toModelInput(Uint8Array.from([255, 255, 0]), 1, 'nchw', tables);
  expectClose(values, [1, 2, -0.5]);
});
