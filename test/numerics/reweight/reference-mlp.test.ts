/** The oracle is checked before anything is checked against it: its gradients by finite differences, its u four ways. */
import { describe, expect, it } from 'vitest';
import { makeExamples, makeParameters, relativeError } from './mlp-fixture.ts';
import { alignmentsByLookAhead, dot, gradient, logitTangents, loss, meanGradient, run } from './reference-mlp.ts';

const shape = { inputs: 6, hidden: 5, classes: 4 };
const parameters = makeParameters(shape, 1);
const train = makeExamples(shape, 12, 2);
const trusted = makeExamples(shape, 7, 3);
const v = meanGradient(shape, parameters, trusted);
const explicit = train.map((example) => dot(gradient(shape, parameters, example), v));

describe('the float64 reference', () => {
  it('has the gradient that central differences find (1e-7)', () => {
    const example = train[0]!;
    const differences = parameters.map((_, index) => {
      const at = (step: number): number => loss(shape, parameters.with(index, parameters[index]! + step), example);
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    expect(relativeError(gradient(shape, parameters, example), differences)).toBeLessThan(1e-7);
  });

  it('property 1: the tangent form of u equals the explicit inner product (1e-10)', () => {
    const tangentForm = train.map(({ input, label }) => {
      const tangents = logitTangents(shape, parameters, input, v);
      const { probabilities } = run(shape, parameters, input);
      return tangents.reduce((total, tangent, c) => total + (probabilities[c]! - (c === label ? 1 : 0)) * tangent, 0);
    });
    expect(relativeError(tangentForm, explicit)).toBeLessThan(1e-10);
  });

  it('property 1: u is what the look-ahead of Algorithm 1 yields (1e-3, finite differences)', () => {
    expect(relativeError(alignmentsByLookAhead(shape, parameters, train, trusted, 0.1), explicit)).toBeLessThan(1e-3);
  });

  it('property 1: u is the directional derivative of f_i along v (1e-3, finite differences)', () => {
    const step = 1e-5;
    const differences = train.map((example) => {
      const at = (sign: number): number =>
        loss(
          shape,
          parameters.map((value, index) => value + sign * step * v[index]!),
          example,
        );
      return (at(1) - at(-1)) / (2 * step);
    });
    expect(relativeError(differences, explicit)).toBeLessThan(1e-3);
  });

  it('property 3: the weights do not depend on the look-ahead rate (1e-6)', () => {
    const weightsAt = (rate: number): number[] => {
      const alignments = alignmentsByLookAhead(shape, parameters, train, trusted, rate).map((u) =>
        Math.max(0, u * rate),
      );
      const sum = alignments.reduce((total, u) => total + u, 0);
      return alignments.map((u) => u / sum);
    };
    for (const rate of [1e-3, 1e3]) expect(relativeError(weightsAt(rate), weightsAt(1))).toBeLessThan(1e-6);
  });
});
