import { describe, expect, it } from 'vitest';
import { backgroundNoise, longTail, pairNoise, uniformNoise } from '../../../../src-main/core/noise/label-noise.ts';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';

const classCount = 5;
const labels = Int32Array.from({ length: 1000 }, (_, index) => index % classCount);

function changed(noisy: Int32Array): number[] {
  return [...labels.keys()].filter((index) => noisy[index] !== labels[index]);
}

describe('uniformNoise', () => {
  const noisy = uniformNoise(labels, classCount, 0.4, createRandom(1));

  it('makes exactly the share of labels wrong', () => {
    expect(changed(noisy)).toHaveLength(400);
  });

  it('uses every other class about equally often, the last one too', () => {
    const counts = Array.from({ length: classCount }, () => 0);
    for (const index of changed(noisy)) counts[noisy[index]!]!++;
    for (const count of counts) expect(count).toBeGreaterThan(50);
  });

  it('leaves its argument alone and repeats itself for the same seed only', () => {
    expect(labels[7]).toBe(2);
    expect(uniformNoise(labels, classCount, 0.4, createRandom(1))).toEqual(noisy);
    expect(uniformNoise(labels, classCount, 0.4, createRandom(2))).not.toEqual(noisy);
  });

  it('refuses shares outside [0, 1] and a single class', () => {
    expect(() => uniformNoise(labels, classCount, 1.2, createRandom(1))).toThrow('1.2');
    expect(() => uniformNoise(labels, 1, 0.2, createRandom(1))).toThrow('two classes');
  });
});

it('pairNoise moves labels to the next class, the last to the first', () => {
  const noisy = pairNoise(labels, classCount, 0.3, createRandom(3));
  expect(changed(noisy)).toHaveLength(300);
  for (const index of changed(noisy)) expect(noisy[index]).toBe((labels[index]! + 1) % classCount);
});

it('backgroundNoise hits the share of all samples, so those of the background class stay right', () => {
  const noisy = backgroundNoise(labels, 2, 0.5, createRandom(4));
  const wrong = changed(noisy);
  for (const index of wrong) expect(noisy[index]).toBe(2);
  expect(wrong.length).toBeGreaterThan(350);
  expect(wrong.length).toBeLessThan(450);
});

describe('longTail', () => {
  it('keeps class sizes that fall geometrically from all to one in `ratio`', () => {
    const kept = longTail(labels, classCount, 16, createRandom(5));
    const counts = Array.from({ length: classCount }, () => 0);
    for (const index of kept) counts[labels[index]!]!++;
    expect(counts).toEqual([200, 100, 50, 25, 13]);
    expect([...kept]).toEqual([...kept].sort((a, b) => a - b));
  });

  it('never loses a class', () => {
    const kept = longTail(Int32Array.from([0, 0, 1, 2]), 3, 1000, createRandom(5));
    expect([...kept]).toEqual([0, 1, 2, 3]);
  });

  it('refuses a ratio below one', () => {
    expect(() => longTail(labels, classCount, 0.5, createRandom(5))).toThrow('0.5');
  });
});
