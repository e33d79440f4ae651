import { describe, expect, it } from 'vitest';
import { batchSignals } from '../../../../src-main/core/reweight/batch-signals.ts';
import { measureBatch, measureLogits } from '../../../../src-main/core/reweight/measure-batch.ts';

describe('measureLogits', () => {
  it('worked by hand: two examples of three classes', () => {
    const logits = Float32Array.from([0, Math.log(2), Math.log(5), 4, 1, 4]);
    const { probabilities, losses, margins, predicted } = measureLogits(logits, Int32Array.from([1, 0]), 3);
    expect(probabilities[1]).toBeCloseTo(2 / 8, 6);
    expect(losses[0]).toBeCloseTo(Math.log(8 / 2), 6);
    expect(margins[0]).toBeCloseTo(Math.log(2) - Math.log(5), 6);
    expect(margins[1]).toBe(0);
    expect([...predicted]).toEqual([2, 0]);
  });

  it('stays finite for logits whose exponentials are not', () => {
    const { probabilities, losses } = measureLogits(Float32Array.from([1000, -1000]), Int32Array.from([1]), 2);
    expect([...probabilities]).toEqual([1, 0]);
    expect(losses[0]).toBeCloseTo(2000, 6);
  });

  it('hands on what is not a number', () => {
    expect(measureLogits(Float32Array.from([Number.NaN, 1]), Int32Array.from([1]), 2).losses[0]).toBeNaN();
    expect(measureLogits(Float32Array.from([1, Number.NaN]), Int32Array.from([0]), 2).losses[0]).toBeNaN();
  });
});

describe('batchSignals', () => {
  const findings = measureBatch({
    labels: Int32Array.from([0, 1]),
    classCount: 2,
    logits: Float32Array.from([0, 0, 0, 0]),
    derivatives: { kind: 'tangents', logitTangents: Float32Array.from([4, 0, 1, 0]) },
    gradientNorms: Float32Array.from([2, 0.25]),
  });

  it('finds u by hand: the error times the tangent', () => {
    // p - y is (-1/2, 1/2) for the first example and (1/2, -1/2) for the second.
    expect([...findings.alignments]).toEqual([-2, 0.5]);
  });

  it('follows the definitions of the glossary', () => {
    const signals = batchSignals(findings, Float64Array.from([0, 1]), 2);
    expect([...signals.weight]).toEqual([0, 2]);
    expect([...signals.alignment]).toEqual([-1.6, 0.4]);
    expect([...signals.harm]).toEqual([1.6, 0]);
    expect([...signals.cosine]).toEqual([-0.5, 1]);
    expect([...signals.probability]).toEqual([0.5, 0.5]);
  });

  it('is neutral where nothing points anywhere', () => {
    const still = { ...findings, alignments: new Float64Array(2), gradientNorms: new Float64Array(2) };
    const signals = batchSignals(still, Float64Array.from([0.5, 0.5]), 0);
    expect([...signals.alignment, ...signals.cosine, ...signals.harm]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
