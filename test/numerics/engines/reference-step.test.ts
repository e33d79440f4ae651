/** The numbers that the self-check compares a step with are those of the float64 oracle. */
import { expect, test } from 'vitest';
import { stepCase } from '../../../src-main/engines/self-check/check-step.ts';
import { makePattern } from '../../../src-main/engines/self-check/pattern.ts';
import reference from '../../../src-main/engines/self-check/reference-step.json' with { type: 'json' };
import { relativeError } from '../../../src-main/engines/self-check/relative-error.ts';
import type { Example } from '../reweight/reference-mlp.ts';
import { parameterCount, referenceStep } from '../reweight/reference-mlp.ts';

const { shape, settings } = stepCase;

function makeExamples({ count, salt }: { readonly count: number; readonly salt: number }): Example[] {
  const values = makePattern(count * shape.inputs, salt);
  return Array.from({ length: count }, (_, index) => ({
    input: [...values.subarray(index * shape.inputs, (index + 1) * shape.inputs)],
    label: index % shape.classes,
  }));
}

test('reference-step.json holds what the oracle computes', () => {
  const parameters = Float64Array.from(
    makePattern(parameterCount(shape), stepCase.parameters.salt, stepCase.parameters.scale),
  );
  const step = referenceStep(
    shape,
    { parameters, momenta: new Float64Array(parameters.length) },
    makeExamples(stepCase.train),
    makeExamples(stepCase.trusted),
    { ...settings, weighting: 'signed' },
  );
  const found = { alignments: step.alignments, weights: step.weights, parameters: [...step.parameters] };
  expect(found.weights.filter((weight) => weight === 0).length).toBeGreaterThan(0);
  expect(relativeError(reference.alignments, found.alignments)).toBeLessThan(1e-9);
  expect(relativeError(reference.weights, found.weights)).toBeLessThan(1e-9);
  expect(relativeError(reference.parameters, found.parameters)).toBeLessThan(1e-9);
});
