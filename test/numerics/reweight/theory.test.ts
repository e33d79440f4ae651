/** Properties of algorithms.md, section 7.3, rows 10 to 14: what the paper proves, where its constants are right. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import { randomPermutation } from '../../../src-main/core/random/shuffle.ts';
import { rectifyAndNormalise } from '../../../src-main/core/reweight/weighting-method.ts';
import { dot } from './reference-mlp.ts';
import type { RegressionExample, Theta } from './softmax-regression.ts';
import {
  constantsOf,
  meanOver,
  meanRegressionGradient,
  regressionGradient,
  regressionLoss,
} from './softmax-regression.ts';

const classCount = 3;
const dimensions = 6;
const batchSize = 50;
const steps = 1000;

/** One cloud per class; 30 trusted examples inside 430, of whose others 40 % have another label. */
function makeProblem(seed: number): {
  readonly trusted: readonly RegressionExample[];
  readonly train: readonly RegressionExample[];
} {
  const random = createRandom(seed);
  const centres = Array.from({ length: classCount }, () => Array.from({ length: dimensions }, () => random.normal()));
  const draw = (index: number, wrongShare: number): RegressionExample => {
    const truth = index % classCount;
    const isWrong = random.uniform() < wrongShare;
    return {
      vector: [...centres[truth]!.map((value) => value + random.normal()), 1],
      label: isWrong ? (truth + 1 + random.integer(classCount - 1)) % classCount : truth,
    };
  };
  const trusted = Array.from({ length: 30 }, (_, index) => draw(index, 0));
  return { trusted, train: [...trusted, ...Array.from({ length: 400 }, (_, index) => draw(index, 0.4))] };
}

type Rule = (batch: readonly { readonly gradient: Float64Array; readonly helpfulness: number }[]) => {
  readonly factors: Float64Array;
  readonly rate: number;
};

interface Trajectory {
  /** G and |grad G|^2 before every step and behind the last. */
  readonly trustedLosses: readonly number[];
  readonly squaredSlopes: readonly number[];
}

/** Plain SGD with the whole trusted set: theta' = theta - rate sum_i factor_i grad f_i. */
function descend({ trusted, train }: ReturnType<typeof makeProblem>, rule: Rule, seed: number): Trajectory {
  const random = createRandom(seed);
  const theta: Theta = new Float64Array(classCount * (dimensions + 1));
  const trajectory = { trustedLosses: [] as number[], squaredSlopes: [] as number[] };
  for (let step = 0; step <= steps; step++) {
    const v = meanRegressionGradient(theta, trusted);
    trajectory.trustedLosses.push(meanOver(trusted, (example) => regressionLoss(theta, example)));
    trajectory.squaredSlopes.push(dot(v, v));
    const batch = [...randomPermutation(train.length, random).subarray(0, batchSize)].map((index) => {
      const gradient = regressionGradient(theta, train[index]!);
      return { gradient, helpfulness: Math.max(0, dot(gradient, v)) };
    });
    const { factors, rate } = rule(batch);
    batch.forEach(({ gradient }, i) => {
      for (let at = 0; at < theta.length; at++) theta[at]! -= rate * factors[i]! * gradient[at]!;
    });
  }
  return trajectory;
}

function increases({ trustedLosses }: Trajectory): number {
  return trustedLosses.filter((value, step) => step > 0 && value > trustedLosses[step - 1]! + 1e-12).length;
}

const problem = makeProblem(1);
const { smoothness, gradientBound } = constantsOf(problem.trusted, problem.train);
const safeRate = 1 / (smoothness * gradientBound ** 2);
const helpfulnesses: (batch: Parameters<Rule>[0]) => Float64Array = (batch) =>
  Float64Array.from(batch, ({ helpfulness }) => helpfulness);
/** The proof's update: theta' = theta - (alpha / n) sum_i max(u_i, 0) grad f_i. */
const unnormalised: Rule = (batch) => ({
  factors: helpfulnesses(batch).map((value) => value / batchSize),
  rate: safeRate,
});
const normalised =
  (rateOf: (helpful: Float64Array) => number): Rule =>
  (batch) => {
    const helpful = helpfulnesses(batch);
    return { factors: rectifyAndNormalise(helpful), rate: rateOf(helpful) };
  };

describe('the trusted loss never rises', () => {
  it('property 10: un-normalised weights, rate 1 / (L sigma^2)', () => {
    const trajectory = descend(problem, unnormalised, 2);
    expect(increases(trajectory)).toBe(0);
    expect(trajectory.trustedLosses.at(-1)).toBeLessThan(trajectory.trustedLosses[0]! - 0.01);
  });

  it('property 11: normalised weights, rate sum w^2 / (S L sigma^2) with S = sum w', () => {
    const safe = normalised((helpful) => {
      const sum = helpful.reduce((total, value) => total + value, 0);
      return sum > 0 ? (safeRate * dot(helpful, helpful)) / sum : 0;
    });
    const trajectory = descend(problem, safe, 2);
    expect(increases(trajectory)).toBe(0);
    expect(trajectory.trustedLosses.at(-1)).toBeLessThan(trajectory.trustedLosses[0]! - 0.1);
  });

  it('but does with normalised weights at a fixed rate: near its minimum a step can be too long', () => {
    const trajectory = descend(
      problem,
      normalised(() => 1),
      2,
    );
    expect(increases(trajectory)).toBeGreaterThan(100);
  });
});

describe('the bound on the rate', () => {
  /** One dimension: G = f_i = theta^2 / 2 for all n examples, theta = 1, so L = sigma = 1. Returns G after one step. */
  const afterOneStep = (rate: number, count: number): number => {
    const theta = 1;
    const step = (rate / count) * count * Math.max(theta * theta, 0) * theta;
    return (theta - step) ** 2 / 2;
  };

  it.each([
    [10, 180.5],
    [100, 19_800.5],
  ])('property 12: 2 n / (L sigma^2), as printed in Lemma 1, lets the loss jump from 0.5 (n = %i)', (count, after) => {
    expect(afterOneStep(2 * count, count)).toBe(after);
  });

  it('2 / (L sigma^2) is right: at the bound itself the loss stands still, below it falls', () => {
    expect(afterOneStep(2, 10)).toBe(0.5);
    expect(afterOneStep(1.9, 10)).toBeLessThan(0.5);
  });
});

describe('the slope of the trusted loss', () => {
  it.each([3, 4])('property 13: its smallest square stays below C / sqrt(T) (seed %i)', (seed) => {
    const { trustedLosses, squaredSlopes } = descend(problem, unnormalised, seed);
    // kappa with the missing factor n put right; p, the chance that a batch holds a given trusted example; G* >= 0.
    const kappa = (safeRate / batchSize) * (1 - (smoothness * safeRate * gradientBound ** 2) / 2);
    const constant = Math.sqrt(trustedLosses[0]! / ((batchSize / problem.train.length) * kappa));
    for (const count of [10, 100, steps]) {
      expect(Math.min(...squaredSlopes.slice(0, count))).toBeLessThan(constant / Math.sqrt(count));
    }
  });

  it('property 14: need not vanish where no example helps: every batch weighs nothing', () => {
    // All vectors point into one corner, and the labels disagree: at the start every inner product is negative.
    const vectors = problem.trusted.map(({ vector }) => vector.map(Math.abs));
    const opposed = vectors.map((vector) => ({ vector, label: 1 }));
    const trusted = vectors.map((vector) => ({ vector, label: 0 }));
    const { squaredSlopes } = descend(
      { trusted, train: [...opposed, ...opposed] },
      normalised(() => 0.1),
      6,
    );
    expect(new Set(squaredSlopes).size).toBe(1);
    expect(squaredSlopes[0]).toBeGreaterThan(0.01);
  });
});
