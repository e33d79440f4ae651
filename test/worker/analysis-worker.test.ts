import { describe, expect, it } from 'vitest';
import { createWorkerAnalyst } from '../../src-main/analysis/worker-analyst.ts';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { usualLimits } from '../../src-main/core/similarity/near-pairs.ts';
import { createProjection, emptySketch } from '../../src-main/core/similarity/sketch.ts';
import type { Progress } from '../../src-main/services/ports/long-calls.ts';

function makeSketch(count: number) {
  const random = createRandom(3);
  const sketch = emptySketch(count);
  const write = createProjection(new Float32Array(16), 1);
  for (let place = 0; place < count; place++) {
    write(
      Float32Array.from({ length: 16 }, () => random.normal() + (place % 2) * 6),
      place,
      sketch,
    );
  }
  return sketch;
}

const landmarks = (count: number): Int32Array => Int32Array.from({ length: count }, (_, place) => place);

describe('the analyst in its thread', () => {
  it('lays out two heaps apart from each other, and says how far it is', async () => {
    const { coordinates } = makeSketch(80);
    const said: Progress[] = [];
    const points = await createWorkerAnalyst().layOut(
      { coordinates, landmarks: landmarks(60), seed: 1 },
      { onProgress: (progress) => said.push(progress) },
    );
    const heap = (parity: number) =>
      Array.from(
        { length: 40 },
        (_, pair) => [points[2 * (2 * pair + parity)] ?? 0, points[2 * (2 * pair + parity) + 1] ?? 0] as const,
      );
    const middle = (heapPoints: readonly (readonly [number, number])[]) =>
      [0, 1].map((axis) => heapPoints.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / heapPoints.length);
    const [even = [], odd = []] = [middle(heap(0)), middle(heap(1))];
    expect(Math.hypot((even[0] ?? 0) - (odd[0] ?? 0), (even[1] ?? 0) - (odd[1] ?? 0))).toBeGreaterThan(0.3);
    expect(said.map(({ stage }) => stage)).toContain('Drawing the map');
  });

  it('finds pairs', async () => {
    const sketch = makeSketch(20);
    sketch.coordinates.copyWithin(64 * 7, 64 * 3, 64 * 4);
    sketch.signatures.copyWithin(4 * 7, 4 * 3, 4 * 4);
    const pairs = await createWorkerAnalyst().findNearPairs({ sketch, pictures: null, limits: usualLimits });
    expect(pairs.some(({ a, b }) => a === 3 && b === 7)).toBe(true);
  });

  it('stops at once when it is cancelled', async () => {
    const cancelling = new AbortController();
    const { coordinates } = makeSketch(2000);
    const work = createWorkerAnalyst().layOut(
      { coordinates, landmarks: landmarks(2000), seed: 1 },
      { signal: cancelling.signal, onProgress: () => cancelling.abort() },
    );
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  });
});
