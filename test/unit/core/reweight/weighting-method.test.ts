import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { l2rwCosine } from '../../../../src-main/core/reweight/l2rw-cosine.ts';
import { uniform } from '../../../../src-main/core/reweight/uniform.ts';
import type { BatchFindings } from '../../../../src-main/core/reweight/weighting-method.ts';
import { rectifyAndNormalise } from '../../../../src-main/core/reweight/weighting-method.ts';

// Thousandths: a product with the factor below must not underflow to zero.
const scores = fc.array(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 1000),
  { minLength: 1, maxLength: 50 },
);

function makeFindings(alignments: number[], gradientNorms: number[]): BatchFindings {
  const size = alignments.length;
  return {
    size,
    classCount: 2,
    labels: new Int32Array(size),
    probabilities: new Float64Array(size * 2).fill(0.5),
    losses: new Float64Array(size).fill(Math.log(2)),
    logitTangents: new Float64Array(size * 2),
    alignments: Float64Array.from(alignments),
    gradientNorms: Float64Array.from(gradientNorms),
  };
}

describe('rectifyAndNormalise', () => {
  it('property 4: no weight is negative, and they sum to one or are all zero', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const weights = rectifyAndNormalise(Float64Array.from(values));
        const sum = weights.reduce((total, weight) => total + weight, 0);
        expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
        expect(values.some((value) => value > 0) ? sum : sum + 1).toBeCloseTo(1, 6);
      }),
    );
  });

  it('property 3: does not depend on a positive factor', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (values, factor) => {
        const weights = rectifyAndNormalise(Float64Array.from(values));
        const scaled = rectifyAndNormalise(Float64Array.from(values, (value) => value * factor));
        weights.forEach((weight, index) => expect(scaled[index]).toBeCloseTo(weight, 6));
      }),
    );
  });

  it('worked by hand', () => {
    expect([...rectifyAndNormalise(Float64Array.from([3, -2, 1, 0]))]).toEqual([0.75, 0, 0.25, 0]);
    expect([...rectifyAndNormalise(Float64Array.from([-3, 0]))]).toEqual([0, 0]);
  });
});

describe('l2rwCosine', () => {
  it('weighs directions: twice the gradient is not twice the weight', () => {
    const { weights } = l2rwCosine(makeFindings([2, 1, -1], [2, 1, 1]));
    expect([...weights]).toEqual([0.5, 0.5, 0]);
  });

  it('gives an example without a gradient no weight', () => {
    expect([...l2rwCosine(makeFindings([0, 1], [0, 1])).weights]).toEqual([0, 1]);
  });
});

describe('uniform', () => {
  it('gives every example the same share, whatever was found', () => {
    expect([...uniform(makeFindings([5, -5, 0, 1], [1, 1, 1, 1])).weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});
