import { describe, expect, it } from 'vitest';
import { adamStep, startAdam } from '../../../../src-main/core/reweight/adam.ts';
import { createMwNet } from '../../../../src-main/core/reweight/mw-net.ts';
import { createWeightingNet } from '../../../../src-main/core/reweight/weighting-net.ts';
import { makeFindings } from '../../../factories/make-findings.ts';

describe('adamStep', () => {
  it('worked by hand: the first step is the rate, whatever the slope; the second remembers it', () => {
    const state = startAdam(Float64Array.of(1, -1));
    adamStep(state, Float64Array.of(4, 0.01), { learningRate: 0.1, weightDecay: 0 });
    expect(state.values[0]).toBeCloseTo(0.9, 8);
    expect(state.values[1]).toBeCloseTo(-1.1, 6);
    adamStep(state, Float64Array.of(0, 0.01), { learningRate: 0.1, weightDecay: 0 });
    const first = (0.9 * 0.4) / (1 - 0.9 ** 2);
    const second = (0.999 * 0.016) / (1 - 0.999 ** 2);
    expect(state.values[0]).toBeCloseTo(0.9 - (0.1 * first) / Math.sqrt(second), 8);
  });

  it('pulls towards zero by the decay', () => {
    const state = startAdam(Float64Array.of(5));
    adamStep(state, Float64Array.of(0), { learningRate: 0.1, weightDecay: 0.01 });
    expect(state.values[0]).toBeCloseTo(4.9, 6);
  });
});

describe('the weighting net', () => {
  const losses = Float64Array.of(0.1, 0.7, 2.3, 5);
  const slopes = Float64Array.of(1, -2, 0.5, 3);

  it('has the slopes that central differences find (1e-6)', () => {
    const net = createWeightingNet(3);
    const start = net.state.values.slice();
    net.descend(losses, slopes);
    // Adam's first moment after one step is a tenth of what it was given: the slope and the decay's pull.
    const found = net.state.firstMoments.map((moment, index) => moment / 0.1 - 1e-4 * start[index]!);
    const at = (index: number, value: number): number => {
      net.state.values.set(start.with(index, value));
      return net.weights(losses).reduce((total, weight, i) => total + slopes[i]! * weight, 0);
    };
    for (const index of [0, 1, 2, 50, 100, 150, 199, 200, 250, 299, 300]) {
      const middle = start[index]!;
      const difference = (at(index, middle + 1e-5) - at(index, middle - 1e-5)) / 2e-5;
      expect(found[index]).toBeCloseTo(difference, 6);
    }
  });

  it('answers between 0 and 1, and the same for the same seed', () => {
    const weights = createWeightingNet(3).weights(losses);
    expect([...weights].every((weight) => weight > 0 && weight < 1)).toBe(true);
    expect(createWeightingNet(3).weights(losses)).toEqual(weights);
    expect(createWeightingNet(4).weights(losses)).not.toEqual(weights);
  });
});

it('MW-Net learns to give losses weight that help, and to take it from losses that harm', () => {
  // Small losses are helpful, large ones harmful.
  const logits = Array.from({ length: 10 }, (_, index) => (index < 5 ? [3, 0] : [-3, 0])).flat();
  const logitTangents = Array.from({ length: 10 }, (_, index) => (index < 5 ? [-40, 0] : [1, 0])).flat();
  const findings = makeFindings({ labels: new Array<number>(10).fill(0), classCount: 2, logits, logitTangents });
  expect(findings.alignments[0]).toBeGreaterThan(0);
  expect(findings.alignments[9]).toBeLessThan(0);
  const method = createMwNet({ seed: 1 });
  const place = { samples: new Uint32Array(10), progress: 0, learningRate: 1 };
  const first = method.weigh(findings, place).weights;
  let last = first;
  for (let step = 0; step < 300; step++) last = method.weigh(findings, place).weights;
  expect(last[0]).toBeGreaterThan(first[0]!);
  expect(last[9]).toBeLessThan(first[9]!);
});
