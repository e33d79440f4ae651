import { expect, it } from 'vitest';
import { countWeights } from '../../src-main/reproduce/count-weights.ts';

const labels = Int32Array.of(0, 1, 1, 0, 1, 0);
const trueLabels = Int32Array.of(0, 1, 0, 0, 0, 0);
const bins = (filled: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: 20 }, (_, bin) => filled[bin] ?? 0);

it('counts weights as shares of their mean, right and wrong labels apart, trusted and unseen images in neither', () => {
  // The mean of the five that were seen is 0.01: small weights as GDW has them fill the same bins as large ones.
  const weights = Float32Array.of(0.011, 0.026, 0.0026, Number.NaN, 0, 0.0104);
  const counts = countWeights({ labels, trueLabels, trusted: Uint32Array.of(5) }, 7, weights);
  expect(counts).toEqual({ step: 7, right: bins({ 4: 1, 10: 1 }), wrong: bins({ 0: 1, 1: 1 }) });
});

it('counts nothing where no image has weight', () => {
  const { right, wrong } = countWeights({ labels, trueLabels, trusted: new Uint32Array() }, 7, new Float32Array(6));
  expect([right, wrong]).toEqual([bins({}), bins({})]);
});
