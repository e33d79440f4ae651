import { describe, expect, it } from 'vitest';
import { leaveOneOut } from '../../../../src-main/core/metrics/leave-one-out.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';

const [count, dimensions, classCount] = [40, 6, 3];

function clouds(distance: number): { vectors: Float32Array; labels: Int32Array } {
  const random = createRandom(3);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classCount);
  const vectors = Float32Array.from({ length: count * dimensions }, (_, index) => {
    const isOwn = index % dimensions === labels[Math.floor(index / dimensions)];
    return 100 + random.normal() + (isOwn ? distance : 0);
  });
  return { vectors, labels };
}

function accuracy({ vectors, labels }: ReturnType<typeof clouds>): number {
  const predicted = leaveOneOut(vectors, dimensions, labels, classCount);
  return labels.filter((label, i) => predicted[i] === label).length / count;
}

describe('leaveOneOut', () => {
  it('tells apart what lies apart', () => {
    expect(accuracy(clouds(8))).toBe(1);
  });

  it('is no better than chance where labels have nothing to do with the vectors', () => {
    expect(accuracy(clouds(0))).toBeLessThan(0.6);
  });

  it('never uses the label of the one that it predicts', () => {
    const { vectors, labels } = clouds(2);
    const before = leaveOneOut(vectors, dimensions, labels, classCount);
    // With its own label changed the fit changes, but the scores of what the others say differ only by the centring of the labels.
    for (const sample of [0, 7, 20]) {
      const changed = labels.slice();
      changed[sample] = (labels[sample]! + 1) % classCount;
      const after = leaveOneOut(vectors, dimensions, changed, classCount);
      expect(after[sample]).toBe(before[sample]);
    }
  });

  it('answers nobody where there is nobody else', () => {
    expect([...leaveOneOut(Float32Array.of(1, 2), 2, Int32Array.of(0), 1)]).toEqual([-1]);
  });
});
