/** The ranking at its smallest: one image per class, one trusted image per class. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rankSuspicion, type SuspicionInput } from '../../../../src-main/core/ranking/rank-suspicion.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import type { ReadyEngine } from '../../../../src-main/engines/engine.ts';
import { wasmEngine } from '../../../../src-main/engines/wasm/node-wasm-engine.ts';

const [dimensions, classCount] = [6, 3];

/** `perClass` images of each class, the first of each trusted. */
function makeInput(perClass: number): SuspicionInput {
  const random = createRandom(11);
  const count = perClass * classCount;
  const givenLabels = Int32Array.from({ length: count }, (_, sample) => sample % classCount);
  return {
    ...{ dimensions, classCount, givenLabels, seed: 5 },
    vectors: Float32Array.from({ length: count * dimensions }, () => random.normal()),
    trusted: Uint32Array.from({ length: classCount }, (_, k) => k),
    startLogits: new Float32Array(count * classCount),
  };
}

describe('the ranking of hardly any images', () => {
  let engine: ReadyEngine;
  beforeAll(async () => {
    engine = await wasmEngine.start();
  });
  afterAll(() => engine.dispose());

  it('has no suspects where each class has one image and that is trusted', async () => {
    const { suspicion, estimatedErrorCount } = await rankSuspicion(makeInput(1));
    expect([...suspicion]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(estimatedErrorCount).toBe(0);
  });

  it.each([2, 5])(
    'has a finite opinion of all others with one trusted image per class (%i per class)',
    async (perClass) => {
      const ranked = await rankSuspicion(makeInput(perClass));
      for (let sample = classCount; sample < perClass * classCount; sample++) {
        expect(Number.isFinite(ranked.suspicion[sample])).toBe(true);
        expect(ranked.errorProbability[sample]).toBeGreaterThanOrEqual(0);
        expect(ranked.suggestedProbability[sample]).toBeGreaterThan(0);
      }
      expect(ranked.transition.every((value) => Number.isFinite(value))).toBe(true);
    },
  );
});
