import { expect, it } from 'vitest';
import { labelPosterior } from '../../../../src-main/core/ranking/posterior.ts';

it("is Bayes' rule, worked by hand", () => {
  const transition = Float64Array.from([0.8, 0.2, 0.4, 0.6]);
  const posterior = labelPosterior(Float32Array.from([0.5, 0.5, 0.9, 0.1]), transition, Int32Array.from([0, 1]), 2);
  expect(posterior[0]).toBeCloseTo(2 / 3, 6);
  expect(posterior[1]).toBeCloseTo(1 / 3, 6);
  expect(posterior[2]).toBeCloseTo(0.18 / 0.24, 6);
  expect(posterior[3]).toBeCloseTo(0.06 / 0.24, 6);
});

it('keeps the probabilities where no class explains the label', () => {
  const posterior = labelPosterior(Float32Array.from([1, 0]), Float64Array.from([1, 0, 0, 1]), Int32Array.from([1]), 2);
  expect([...posterior]).toEqual([1, 0]);
});
