import { expect, it } from 'vitest';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import { softmaxRows } from '../../../../src-main/core/ranking/softmax.ts';
import { fitTemperature } from '../../../../src-main/core/ranking/temperature.ts';

/** Logits, and labels drawn from their softmax at the given temperature. */
function draw(count: number, temperature: number) {
  const random = createRandom(5);
  const logits = Float32Array.from({ length: count * 3 }, () => 3 * random.normal());
  const probabilities = softmaxRows(logits, 3, temperature);
  const labels = Int32Array.from({ length: count }, (_, i) => {
    const u = random.uniform();
    return u < probabilities[3 * i]! ? 0 : u < probabilities[3 * i]! + probabilities[3 * i + 1]! ? 1 : 2;
  });
  return { logits, labels, trusted: Uint32Array.from(labels.keys()) };
}

it('recovers the temperature that the labels were drawn at', () => {
  for (const temperature of [0.5, 1, 2]) {
    const { logits, labels, trusted } = draw(4000, temperature);
    const found = fitTemperature(logits, labels, trusted, 3);
    expect(Math.abs(found / temperature - 1)).toBeLessThan(0.1);
  }
});

it('moves little for few trusted samples, and not at all without any', () => {
  const { logits, labels } = draw(100, 4);
  expect(fitTemperature(logits, labels, Uint32Array.from([0, 1]), 3)).toBeLessThan(2);
  expect(fitTemperature(logits, labels, new Uint32Array(), 3)).toBeCloseTo(1, 6);
});
