import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import { trainSoftTargetHead, type SoftTargetResult } from '../../../../src-main/core/ranking/soft-target-head.ts';
import type { ReadyEngine } from '../../../../src-main/engines/engine.ts';
import { wasmEngine } from '../../../../src-main/engines/wasm/node-wasm-engine.ts';

const [count, dimensions, classCount] = [120, 6, 3];

/** Three well-separated clouds whose targets say 0.8 for their class and 0.2 for the next; every third given label is the next class. */
function makeInput() {
  const random = createRandom(4);
  const classes = Int32Array.from({ length: count }, (_, i) => i % classCount);
  const vectors = Float32Array.from({ length: count * dimensions }, (_, i) => {
    const isOwn = (i % dimensions) % classCount === classes[Math.floor(i / dimensions)];
    return (isOwn ? 1.4 : -0.7) + 0.3 * random.normal();
  });
  const targets = new Float32Array(count * classCount);
  classes.forEach((own, i) => {
    targets[i * classCount + own] = 0.8;
    targets[i * classCount + ((own + 1) % classCount)] = 0.2;
  });
  const givenLabels = classes.map((own, i) => (i % 9 < 3 ? (own + 1) % classCount : own));
  return {
    vectors,
    dimensions,
    classCount,
    targets,
    givenLabels,
    sampleWeights: new Float32Array(count).fill(1),
    seed: 8,
  };
}

describe('trainSoftTargetHead', () => {
  const input = makeInput();
  const shares: number[] = [];
  let engine: ReadyEngine;
  let result: SoftTargetResult;
  let tensors: { before: number; after: number };

  beforeAll(async () => {
    engine = await wasmEngine.start();
    const before = memory().numTensors;
    result = await trainSoftTargetHead({ ...input, onProgress: (share) => shares.push(share) });
    tensors = { before, after: memory().numTensors };
  });
  afterAll(() => engine.dispose());

  it('learns how likely each class is rather than the likeliest one; dropout blurs it', () => {
    const mean = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < classCount; k++) {
        mean[k]! += result.probabilities[i * classCount + (((i % classCount) + k) % classCount)]! / count;
      }
    }
    expect(mean[0]).toBeGreaterThan(0.6);
    expect(mean[1]).toBeGreaterThan(0.12);
    expect(mean[1]).toBeLessThan(0.4);
    expect(mean[2]).toBeLessThan(0.12);
  });

  it('gives wrong given labels negative margins and right ones positive margins', () => {
    result.margins.forEach((margin, i) => expect(margin > 0).toBe(i % 9 >= 3));
  });

  it('averages probabilities that sum to one', () => {
    for (let i = 0; i < count; i++) {
      const row = result.probabilities.subarray(i * classCount, (i + 1) * classCount);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    }
  });

  it('trains a small set for 750 steps: 375 epochs of two batches', () => {
    expect(shares).toHaveLength(375);
    expect(shares.at(-1)).toBe(1);
  });

  it('leaves no tensors', () => {
    expect(tensors.after).toBe(tensors.before);
  });
});
