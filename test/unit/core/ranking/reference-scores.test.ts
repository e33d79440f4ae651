import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auroc } from '../../../../src-main/core/metrics/ranking-quality.ts';
import { uniformNoise } from '../../../../src-main/core/noise/label-noise.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import { referenceScores, type ReferenceScores } from '../../../../src-main/core/ranking/reference-scores.ts';
import type { ReadyEngine } from '../../../../src-main/engines/engine.ts';
import { wasmEngine } from '../../../../src-main/engines/wasm/node-wasm-engine.ts';

const [count, dimensions, classCount, trustedCount] = [240, 6, 3, 24];

/** Three clouds, a fifth of the labels wrong, the first two dozen trusted. */
function makeInput() {
  const random = createRandom(6);
  const truth = Int32Array.from({ length: count }, (_, i) => i % classCount);
  const vectors = Float32Array.from({ length: count * dimensions }, (_, index) => {
    const isOwn = index % classCount === truth[Math.floor(index / dimensions)];
    return (isOwn ? 1.5 : 0) + 0.7 * random.normal();
  });
  const givenLabels = uniformNoise(truth, classCount, 0.2, random);
  const trusted = Uint32Array.from({ length: trustedCount }, (_, i) => i);
  for (const sample of trusted) givenLabels[sample] = truth[sample]!;
  return { input: { vectors, dimensions, classCount, givenLabels, trusted, seed: 2 }, truth };
}

describe('referenceScores', () => {
  const { input, truth } = makeInput();
  const isWrong = Int32Array.from(input.givenLabels, (label, i) => Number(label !== truth[i])).subarray(trustedCount);
  let engine: ReadyEngine;
  let scores: ReferenceScores;
  let leaked: number;

  beforeAll(async () => {
    engine = await wasmEngine.start();
    const before = memory().numTensors;
    scores = await referenceScores(input);
    leaked = memory().numTensors - before;
  });
  afterAll(() => engine.dispose());

  it.each(['neighbours', 'trustedOnly', 'selfConfidence'] as const)('%s puts wrong labels first', (name) => {
    const sign = name === 'neighbours' ? 1 : -1;
    const values = [...scores[name]].slice(trustedCount).map((value) => sign * value);
    expect(auroc(values, isWrong)).toBeGreaterThan(0.9);
  });

  it('teaches self-confidence with all dimensions of nearly clean labels, standardised as they are read', async () => {
    const scaled = input.vectors.map((value) => 3 * value + 2);
    const scaling = { means: new Float64Array(dimensions).fill(2), scales: new Float64Array(dimensions).fill(1 / 3) };
    const reduced = { ...input, vectors: input.vectors.filter((_, i) => i % dimensions < 2), dimensions: 2 };
    const unreduced = { vectors: scaled, dimensions, scaling };
    const { selfConfidence } = await referenceScores({ ...reduced, unreduced });
    const plain = { ...input, unreduced: { vectors: input.vectors, dimensions } };
    const { selfConfidence: expected } = await referenceScores(plain);
    selfConfidence.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
  });

  it('counts the nearest neighbours exactly', () => {
    const length = (i: number) => Math.hypot(...input.vectors.subarray(i * dimensions, (i + 1) * dimensions));
    const cosine = (a: number, b: number): number => {
      let sum = 0;
      for (let d = 0; d < dimensions; d++)
        sum += input.vectors[a * dimensions + d]! * input.vectors[b * dimensions + d]!;
      return sum / (length(a) * length(b));
    };
    for (const sample of [0, 100, 239]) {
      const others = [...truth.keys()]
        .filter((i) => i !== sample)
        .sort((a, b) => cosine(sample, b) - cosine(sample, a));
      const disagreeing = others.slice(0, 15).filter((i) => input.givenLabels[i] !== input.givenLabels[sample]);
      expect(scores.neighbours[sample]).toBeCloseTo(disagreeing.length / 15, 6);
    }
  });

  it('says nothing of trusted samples by a model that learned from them', () => {
    expect(scores.trustedOnly.subarray(0, trustedCount).every(Number.isNaN)).toBe(true);
    expect(scores.trustedOnly.subarray(trustedCount).every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('leaves no tensor behind', () => {
    expect(leaked).toBe(0);
  });
});
