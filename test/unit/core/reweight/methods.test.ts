/** Methods that weigh without being guided, by numbers worked by hand. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src-main/core/random/random-generator.ts';
import { createAdaboost, createCostSensitive } from '../../../../src-main/core/reweight/boosting.ts';
import {
  backgroundOracle,
  createClassWeights,
  createProportion,
} from '../../../../src-main/core/reweight/class-weights.ts';
import { focal } from '../../../../src-main/core/reweight/focal.ts';
import { hardMining } from '../../../../src-main/core/reweight/hard-mining.ts';
import { createMentornetPd } from '../../../../src-main/core/reweight/mentornet-pd.ts';
import { createRandomWeights } from '../../../../src-main/core/reweight/random-weights.ts';
import { createSModel, createSModelConf } from '../../../../src-main/core/reweight/s-model.ts';
import type { MethodSetup } from '../../../../src-main/core/reweight/training-method.ts';
import { logitsOf, makeFindings } from '../../../factories/make-findings.ts';

const place = { samples: new Uint32Array(0), progress: 0, learningRate: 0.1 };

function setup(changes: Partial<MethodSetup> = {}): MethodSetup {
  return {
    sampleCount: 4,
    classCount: 2,
    classSizes: Uint32Array.of(3, 1),
    epochs: 4,
    seed: 1,
    random: createRandom(1),
    ...changes,
  };
}

describe('RANDOM', () => {
  it('leaves out half of the examples, and the weights of a batch sum to one', () => {
    const method = createRandomWeights({ random: createRandom(1) });
    const { weights } = method.weigh(makeFindings({ size: 1000 }), place);
    expect(weights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 12);
    expect(weights.filter((weight) => weight === 0).length / 1000).toBeCloseTo(0.5, 1);
    expect(method.weigh(makeFindings({ size: 1000 }), place).weights).not.toEqual(weights);
  });
});

describe('weights by class', () => {
  it('PROPORTION weighs by one over the class size', () => {
    const { weights } = createProportion(setup()).weigh(makeFindings({ labels: [0, 0, 1] }), place);
    [1 / 5, 1 / 5, 3 / 5].forEach((weight, index) => expect(weights[index]).toBeCloseTo(weight, 12));
  });

  it.each([
    [10, 0.217],
    [100, 0.0246],
  ])('WEIGHTED knows the background’s clean share: CIFAR-%i at 40 %%', (classCount, share) => {
    const options = { classCount, noiseShare: 0.4, cleanPrior: 1 / classCount };
    const oracle = createClassWeights(backgroundOracle(3, options));
    const { weights } = oracle.weigh(makeFindings({ labels: [3, 0], classCount }), place);
    expect(weights[0]! / weights[1]!).toBeCloseTo(share, 3);
  });
});

describe('HARD MINING', () => {
  it('keeps all of the smallest class and as many of the hardest of the others', () => {
    const logits = logitsOf([
      [0.9, 0.1],
      [0.2, 0.8],
      [0.5, 0.5],
      [0.1, 0.9],
      [0.6, 0.4],
    ]);
    const { weights } = hardMining(makeFindings({ labels: [0, 0, 0, 1, 1], classCount: 2, logits }));
    expect([...weights]).toEqual([0, 0.25, 0.25, 0.25, 0.25]);
  });

  it('ignores classes that the batch lacks', () => {
    const { weights } = hardMining(makeFindings({ labels: [2, 2], classCount: 4 }));
    expect([...weights]).toEqual([0.5, 0.5]);
  });
});

it('focal loss: the weight is the derivative of (1 - p)^2 log p by log p (1e-6)', () => {
  const loss = (logP: number): number => -((1 - Math.exp(logP)) ** 2) * logP;
  for (const p of [0.01, 0.3, 0.9]) {
    const { weights } = focal(makeFindings({ labels: [0], classCount: 2, logits: logitsOf([[p, 1 - p]]) }));
    const slope = (loss(Math.log(p) + 1e-5) - loss(Math.log(p) - 1e-5)) / 2e-5;
    // By the chain rule through the softmax, d log p / dz = 1 - p, as for the cross-entropy.
    expect(weights[0]).toBeCloseTo(-slope, 5);
  }
});

describe('boosting', () => {
  /** Sample 3 is answered wrong, the others right. */
  const logits = logitsOf([
    [0.9, 0.1],
    [0.8, 0.2],
    [0.7, 0.3],
    [0.6, 0.4],
  ]);
  const findings = makeFindings({ labels: [0, 0, 0, 1], classCount: 2, logits });
  const everySample = { ...place, samples: Uint32Array.of(0, 1, 2, 3) };

  it('ADABOOST by hand: one of four wrong weighs a half after a round', () => {
    const method = createAdaboost(setup());
    expect([...method.weigh(findings, everySample).weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
    method.endEpoch?.(1);
    // e = 1/4, exp(a) = 3: 1, 1, 1, 3 out of 6.
    [1 / 6, 1 / 6, 1 / 6, 1 / 2].forEach((weight, sample) =>
      expect(method.weigh(findings, everySample).weights[sample]).toBeCloseTo(weight, 12),
    );
    method.endEpoch?.(2);
    // Now e = 1/2: no better than chance, and nothing changes.
    expect(method.weigh(findings, everySample).weights[3]).toBeCloseTo(1 / 2, 12);
  });

  it('COST-SENSITIVE multiplies the mistake by the cost of its class', () => {
    const method = createCostSensitive(setup());
    method.weigh(findings, everySample);
    method.endEpoch?.(1);
    // Cost 4 / (2 * 1) = 2: 1, 1, 1, 6 out of 9.
    expect(method.weigh(findings, everySample).weights[3]).toBeCloseTo(6 / 9, 12);
  });

  it('stays finite where a round made no mistake', () => {
    const method = createAdaboost(setup());
    const right = makeFindings({ labels: [0, 0, 0, 0], classCount: 2, logits });
    method.weigh(right, everySample);
    method.endEpoch?.(1);
    expect([...method.weigh(right, everySample).weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe('MENTORNET PD', () => {
  /** Losses ln 2, ln 4, ln 8, ... of ten examples; their 70th percentile lies 0.3 of the way from the 7th to the 8th. */
  const logits = Array.from({ length: 10 }, (_, index) => [0, Math.log(2 ** (index + 1) - 1)]).flat();
  const findings = makeFindings({ labels: new Array<number>(10).fill(0), classCount: 2, logits });
  /** Which examples weigh anything in some of many draws: what dropout spares now and then. */
  const everWeighed = (progress: number): boolean[] => {
    const method = createMentornetPd({ random: createRandom(1) });
    const weighed = new Array<boolean>(10).fill(false);
    for (let draw = 0; draw < 60; draw++) {
      method.weigh(findings, { ...place, progress }).weights.forEach((weight, i) => (weighed[i] ||= weight > 0));
    }
    return weighed;
  };

  it('takes every example while the run is young', () => {
    expect(everWeighed(0.1)).toEqual(new Array(10).fill(true));
    expect(everWeighed(0.185)).toEqual(new Array(10).fill(true));
  });

  it('then those below the moving percentile alone', () => {
    expect(everWeighed(0.19)).toEqual([...new Array<boolean>(7).fill(true), false, false, false]);
    expect(everWeighed(0.89)).toEqual([...new Array<boolean>(7).fill(true), false, false, false]);
  });

  it('and lets weights fade over one nat in the end', () => {
    // The percentile is at 7.3 ln 2; the 8th loss is 0.7 ln 2 above it, the 9th 1.7 ln 2, more than a nat.
    expect(everWeighed(0.95)).toEqual([...new Array<boolean>(8).fill(true), false, false]);
    const { weights } = createMentornetPd({ random: createRandom(3) }).weigh(findings, { ...place, progress: 0.95 });
    expect(weights[7]! / weights[0]!).toBeCloseTo(1 - 0.7 * Math.LN2, 5);
  });

  it('leaves out half at first and a twentieth later', () => {
    const share = (progress: number): number => {
      const method = createMentornetPd({ random: createRandom(2) });
      const alike = makeFindings({
        labels: new Array<number>(4000).fill(0),
        classCount: 2,
        logits: new Array<number>(8000).fill(0),
      });
      const { weights } = method.weigh(alike, { ...place, progress });
      return weights.filter((weight) => weight === 0).length / 4000;
    };
    expect(share(0.1)).toBeCloseTo(0.5, 1);
    expect(Math.abs(share(0.5) - 0.05)).toBeLessThan(0.02);
  });

  it('moves its threshold by a tenth of the way', () => {
    const method = createMentornetPd({ random: createRandom(1) });
    method.weigh(findings, place);
    const first = method.state['threshold']![0]!;
    expect(first).toBeCloseTo(7.3 * Math.LN2, 5);
    const certain = makeFindings({ labels: [0], classCount: 2, logits: [50, 0] });
    method.weigh(certain, place);
    expect(method.state['threshold']![0]).toBeCloseTo(0.9 * first, 5);
  });
});

describe('S-MODEL', () => {
  it('learns which class is mistaken for which: its channel goes to the shares of the given labels', () => {
    // The network is sure of class 0; three labels out of four agree.
    const logits = [20, 0, 20, 0, 20, 0, 20, 0];
    const findings = makeFindings({ labels: [0, 0, 0, 1], classCount: 2, logits });
    const method = createSModel(setup());
    for (let step = 0; step < 500; step++) method.weigh(findings, { ...place, learningRate: 1 });
    const [stays = 0, leaves = 0] = method.state['channel']!.slice(0, 2).map(Math.exp);
    expect(stays / (stays + leaves)).toBeCloseTo(0.75, 2);
  });

  it('+CONF is plain training at first, then starts from the confusions of the last plain epoch', () => {
    const method = createSModelConf(setup({ epochs: 2 }));
    const logits = logitsOf([
      [0.9, 0.1],
      [0.6, 0.4],
    ]);
    const findings = makeFindings({ labels: [0, 1], classCount: 2, logits });
    expect(method.weigh(findings, place).logitErrors).toBeNull();
    method.endEpoch?.(1);
    const channel = method.state['channel']!.map(Math.exp);
    [0.9 / 1.5, 0.6 / 1.5, 0.1 / 0.5, 0.4 / 0.5].forEach((value, cell) => expect(channel[cell]).toBeCloseTo(value, 6));
    expect(method.weigh(findings, place).logitErrors).not.toBeNull();
  });
});
