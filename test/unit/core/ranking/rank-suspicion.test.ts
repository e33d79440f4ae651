import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auroc } from '../../../../src-main/core/metrics/ranking-quality.ts';
import { pairNoise, uniformNoise } from '../../../../src-main/core/noise/label-noise.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import {
  rankSuspicion,
  trustInLabels,
  type SuspicionInput,
  type SuspicionResult,
} from '../../../../src-main/core/ranking/rank-suspicion.ts';
import { wasmEngine } from '../../../../src-main/engines/wasm/node-wasm-engine.ts';
import type { ReadyEngine } from '../../../../src-main/engines/engine.ts';

const [count, dimensions, classCount] = [400, 12, 4];

/**
 * Four overlapping clouds of points, noisy labels, five trusted samples per class. The start is what a model might say that was only
 * trained on the trusted samples: closeness to their mean.
 */
function makeCase(noise: 'uniform' | 'pair', share = 0.3) {
  const random = createRandom(21);
  const truth = Int32Array.from({ length: count }, (_, i) => i % classCount);
  const centres = Float32Array.from({ length: classCount * dimensions }, () => 1.3 * random.normal());
  const vectors = Float32Array.from(
    { length: count * dimensions },
    (_, i) => 10 + 3 * (centres[truth[Math.floor(i / dimensions)]! * dimensions + (i % dimensions)]! + random.normal()),
  );
  const givenLabels = (noise === 'uniform' ? uniformNoise : pairNoise)(truth, classCount, share, random);
  const trusted = Uint32Array.from({ length: 5 * classCount }, (_, i) => i);
  for (const sample of trusted) givenLabels[sample] = truth[sample]!;
  const startLogits = Float32Array.from({ length: count * classCount }, (_, i) => {
    const [sample, k] = [Math.floor(i / classCount), i % classCount];
    let squares = 0;
    for (let d = 0; d < dimensions; d++) {
      let mean = 0;
      for (const t of trusted) if (truth[t] === k) mean += vectors[t * dimensions + d]! / 5;
      squares += (vectors[sample * dimensions + d]! - mean) ** 2;
    }
    return -squares / 200;
  });
  const input: SuspicionInput = { vectors, dimensions, classCount, givenLabels, trusted, startLogits, seed: 3 };
  const suspects = [...truth.keys()].slice(trusted.length);
  return { input, truth, suspects, isWrong: suspects.map((i) => (givenLabels[i] === truth[i] ? 0 : 1)) };
}

describe('rankSuspicion', () => {
  const noises = ['uniform', 'pair'] as const;
  const cases = { uniform: makeCase('uniform'), pair: makeCase('pair') };
  const shares: number[] = [];
  let engine: ReadyEngine;
  let results: Record<(typeof noises)[number], SuspicionResult>;
  let tensors: { before: number; after: number };

  beforeAll(async () => {
    engine = await wasmEngine.start();
    const before = memory().numTensors;
    const uniform = await rankSuspicion({ ...cases.uniform.input, onProgress: (share) => shares.push(share) });
    results = { uniform, pair: await rankSuspicion(cases.pair.input) };
    tensors = { before, after: memory().numTensors };
  });
  afterAll(() => engine.dispose());

  it.each(noises)('puts planted %s errors first', (noise) => {
    const { suspects, isWrong } = cases[noise];
    const scores = suspects.map((i) => results[noise].suspicion[i]!);
    expect(auroc(scores, isWrong)).toBeGreaterThan(0.97);
  });

  it.each(noises)('suggests the right label for %s errors and counts them', (noise) => {
    const { input, truth, suspects } = cases[noise];
    const wrong = suspects.filter((i) => input.givenLabels[i] !== truth[i]);
    const right = wrong.filter((i) => results[noise].suggested[i] === truth[i]);
    expect(right.length / wrong.length).toBeGreaterThan(0.9);
    expect(Math.abs(results[noise].estimatedErrorCount / wrong.length - 1)).toBeLessThan(0.25);
  });

  it('puts the few planted errors of a nearly clean set first', async () => {
    const { input, suspects, isWrong } = makeCase('uniform', 0.02);
    const { suspicion } = await rankSuspicion(input);
    const scores = suspects.map((i) => suspicion[i]!);
    expect(auroc(scores, isWrong)).toBeGreaterThan(0.97);
  });

  it('finds out which class is mistaken for which', () => {
    const { transition } = results.pair;
    for (let k = 0; k < classCount; k++) {
      expect(transition[k * classCount + ((k + 1) % classCount)]).toBeGreaterThan(0.15);
      expect(transition[k * classCount + ((k + 2) % classCount)]).toBeLessThan(0.1);
    }
  });

  it('has no opinion about trusted samples', () => {
    for (const sample of cases.uniform.input.trusted) {
      expect(results.uniform.suspicion[sample]).toBeNaN();
      expect(results.uniform.errorProbability[sample]).toBeNaN();
    }
  });

  it('has a finite opinion about all others, and never suggests the given label', () => {
    const { suspects, input } = cases.uniform;
    for (const sample of suspects) {
      expect(results.uniform.suspicion[sample]).not.toBeNaN();
      expect(results.uniform.suggested[sample]).not.toBe(input.givenLabels[sample]);
      expect(results.uniform.suggestedProbability[sample]).toBeGreaterThanOrEqual(0);
      expect(results.uniform.suggestedProbability[sample]).toBeLessThanOrEqual(1);
    }
  });

  it('leaves no tensors and reports progress up to one', () => {
    expect(tensors.after).toBe(tensors.before);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('gives the same numbers for the same seed', async () => {
    expect(await rankSuspicion(cases.uniform.input)).toEqual(results.uniform);
  });

  it('stops when cancelled and leaves no tensors then either', async () => {
    const controller = new AbortController();
    const stopped = rankSuspicion({
      ...cases.uniform.input,
      signal: controller.signal,
      onProgress: (share) => {
        if (share > 0.5) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(memory().numTensors).toBe(tensors.before);
  });
});

describe('trustInLabels', () => {
  it('is whole where labels are nearly clean, none where many are wrong, and falls evenly between', () => {
    const shares = [0, 0.02, 0.03, 0.04, 0.05, 0.4];
    const wanted = [1, 1, 2 / 3, 1 / 3, 0, 0];
    shares.forEach((share, index) => expect(trustInLabels(share)).toBeCloseTo(wanted[index]!, 10));
  });
});
