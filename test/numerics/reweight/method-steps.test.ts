/**
 * Every method's first step on a small perceptron, on each engine, against the same step in float64: the batch loss that the method's docstring states is
 * differentiated numerically, and so is, for the guided ones, the trusted loss behind a look-ahead step.
 */
import { dispose } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import { reweightStep } from '../../../src-main/core/reweight/reweight-step.ts';
import type { MethodName } from '../../../src-main/core/reweight/run-settings.ts';
import { methodNames } from '../../../src-main/core/reweight/run-settings.ts';
import { disposeOptimiserState } from '../../../src-main/core/reweight/sgd.ts';
import type { MethodSetup } from '../../../src-main/core/reweight/training-method.ts';
import { createMethod } from '../../../src-main/core/reweight/training-methods.ts';
import { createWeightingNet } from '../../../src-main/core/reweight/weighting-net.ts';
import {
  makeExamples,
  makeNetwork,
  makeParameters,
  readParameters,
  relativeError,
  toBatch,
  toState,
} from './mlp-fixture.ts';
import { describeOnEachEngine } from '../test-engines.ts';
import { alignmentsByLookAhead, gradient, gradientAlong, loss, meanLoss, run } from './reference-mlp.ts';

const shape = { inputs: 5, hidden: 4, classes: 3 };
const start = makeParameters(shape, 1);
const train = makeExamples(shape, 10, 2);
const trusted = makeExamples(shape, 6, 3);
const rate = 0.1;
const sgd = { learningRate: rate, momentum: 0, weightDecay: 0 };
const classSizes = Uint32Array.from([0, 1, 2], (c) => train.filter(({ label }) => label === c).length);
const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
const normalise = (values: readonly number[]): number[] => {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
};
const losses = train.map((example) => loss(shape, start, example));

function makeSetup(): MethodSetup {
  const counts = { sampleCount: train.length, classCount: shape.classes, classSizes };
  return { ...counts, epochs: 4, seed: 5, random: createRandom(6) };
}

/** Parameters after the method's first step. */
async function stepOf(method: MethodName): Promise<number[]> {
  const network = makeNetwork(shape);
  const input = { train: toBatch(train), trusted: toBatch(trusted), trainMaskSeed: 1, trustedMaskSeed: 2 };
  const { weigh, wantsLogitTangents = false } = createMethod({ method, weighting: 'signed' }, makeSetup());
  const place = { samples: Uint32Array.from(train.keys()), progress: 0, learningRate: rate };
  const state = toState(shape, network, start);
  const result = await reweightStep(network, state, input, (findings) => weigh(findings, place), {
    ...sgd,
    wantsLogitTangents,
  });
  const parameters = await readParameters(result.state);
  disposeOptimiserState(result.state);
  dispose([input.train.input, input.trusted.input]);
  return parameters;
}

/** Descent along a batch loss whose gradient is found by central differences. */
function descendNumerically(batchLoss: (parameters: Float64Array) => number): Float64Array {
  const width = 1e-6;
  return start.map((value, index) => {
    const at = (moved: number): number => batchLoss(start.with(index, moved));
    return value - (rate * (at(value + width) - at(value - width))) / (2 * width);
  });
}

const descendWeighted = (weights: readonly number[]): Float64Array =>
  descendNumerically((at) => train.reduce((total, example, i) => total + weights[i]! * loss(shape, at, example), 0));

/** sum_i of a loss that is a function of an example's probabilities, mean over the batch. */
const descendOwnLoss = (of: (probabilities: readonly number[], label: number) => number): Float64Array =>
  descendNumerically((at) => mean(train.map(({ input, label }) => of(run(shape, at, input).probabilities, label))));

/** -sum_k target_k log p_k */
const crossEntropy = (targets: readonly number[], probabilities: readonly number[]): number =>
  -targets.reduce((total, target, k) => total + target * Math.log(probabilities[k]!), 0);

const oneHot = (label: number): number[] => [0, 1, 2].map((c) => (c === label ? 1 : 0));
const mix = (share: number, a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, k) => share * value + (1 - share) * b[k]!);

/** V after its first step of Adam, from slopes dG/dV_i found by look-ahead steps. */
function weightingNetAfterOneStep(): { readonly before: Float64Array; readonly after: Float64Array } {
  const net = createWeightingNet(makeSetup().seed);
  const before = net.weights(Float64Array.from(losses));
  const alignments = alignmentsByLookAhead(shape, start, train, trusted, 0.1);
  net.descend(
    Float64Array.from(losses),
    Float64Array.from(alignments, (u) => (-rate / train.length) * u),
  );
  return { before, after: net.weights(Float64Array.from(losses)) };
}

/** GDW written out: every class's slope by its own look-ahead step, then the clip and the constraint. */
function descendByGdw(): Float64Array {
  const { before } = weightingNetAfterOneStep();
  const errors = train.map(({ input, label }) =>
    run(shape, start, input).probabilities.map((p, c) => p - (c === label ? 1 : 0)),
  );
  const slopes = train.map(({ input }, i) =>
    errors[i]!.map((error, c) => {
      const along = gradientAlong(
        shape,
        start,
        input,
        oneHot(c).map((value) => value * error),
      );
      const trustedLossAt = (weight: number): number =>
        meanLoss(
          shape,
          start.map((value, at) => value - (rate / train.length) * weight * along[at]!),
          trusted,
        );
      return (trustedLossAt(1e-4) - trustedLossAt(-1e-4)) / 2e-4;
    }),
  );
  const total = slopes.flat().reduce((sum, slope) => sum + Math.abs(slope), 0);
  const next = start.slice();
  train.forEach(({ input, label }, i) => {
    const { probabilities } = run(shape, start, input);
    const weights = slopes[i]!.map((slope) => before[i]! - Math.min(0.2, Math.max(-0.2, (30 * slope) / total)));
    const others = weights.map((weight, c) => (c === label ? 0 : Math.max(1e-6, weight) * probabilities[c]!));
    weights[label] = others.reduce((sum, value) => sum + value, 0) / (1 - probabilities[label]!);
    const along = gradientAlong(
      shape,
      start,
      input,
      errors[i]!.map((error, c) => error * weights[c]!),
    );
    along.forEach((slope, at) => (next[at]! -= (rate / train.length) * slope));
  });
  return next;
}

const references: Readonly<Record<Exclude<MethodName, 'clean-only'>, () => Float64Array>> = {
  l2rw: () =>
    descendWeighted(normalise(alignmentsByLookAhead(shape, start, train, trusted, 0.1).map((u) => Math.max(0, u)))),
  gdw: descendByGdw,
  'mw-net': () => descendWeighted([...weightingNetAfterOneStep().after].map((weight) => weight / train.length)),
  uniform: () => descendWeighted(normalise(losses.map(() => 1))),
  resample: () => descendWeighted(normalise(losses.map(() => 1))),
  'under-sampling': () => descendWeighted(normalise(losses.map(() => 1))),
  'over-sampling': () => descendWeighted(normalise(losses.map(() => 1))),
  smote: () => descendWeighted(normalise(losses.map(() => 1))),
  random: () => {
    const { random } = makeSetup();
    return descendWeighted(normalise(train.map(() => Math.max(0, random.normal()))));
  },
  proportion: () => descendWeighted(normalise(train.map(({ label }) => 1 / classSizes[label]!))),
  'hard-mining': () => {
    const smallest = Math.min(...classSizes);
    const rankOf = (i: number): number =>
      train.filter(({ label }, other) => label === train[i]!.label && losses[other]! > losses[i]!).length;
    return descendWeighted(normalise(train.map((_, i) => (rankOf(i) < smallest ? 1 : 0))));
  },
  focal: () => descendOwnLoss((p, label) => -((1 - p[label]!) ** 2) * Math.log(p[label]!)),
  adaboost: () => descendWeighted(normalise(losses.map(() => 1))),
  'cost-sensitive': () => descendWeighted(normalise(losses.map(() => 1))),
  'reed-soft': () => descendOwnLoss((p, label) => crossEntropy(mix(0.95, oneHot(label), p), p)),
  'reed-hard': () => {
    const answers = train.map(({ input }) => run(shape, start, input).probabilities);
    return descendNumerically((at) =>
      mean(
        train.map(({ input, label }, i) => {
          const answer = oneHot(answers[i]!.indexOf(Math.max(...answers[i]!)));
          return crossEntropy(mix(0.8, oneHot(label), answer), run(shape, at, input).probabilities);
        }),
      ),
    );
  },
  // T is 0.9 on the diagonal at first and shares the rest.
  's-model': () =>
    descendOwnLoss((p, label) => -Math.log(p.reduce((q, value, i) => q + value * (i === label ? 0.9 : 0.05), 0))),
  's-model-conf': () => descendWeighted(normalise(losses.map(() => 1))),
  'mentornet-pd': () => {
    const { random } = makeSetup();
    return descendWeighted(normalise(losses.map(() => (random.uniform() < 0.5 ? 0 : 1))));
  },
};

describeOnEachEngine('the first step of every method', () => {
  it.each(methodNames.filter((name) => name !== 'clean-only'))('%s (1e-4)', async (method) => {
    // The movement is compared, not the place: what did not move would hide behind what it started from.
    const expected = references[method]().map((value, index) => value - start[index]!);
    const actual = (await stepOf(method)).map((value, index) => value - start[index]!);
    expect(relativeError(actual, expected)).toBeLessThan(1e-4);
  });
});

it('the reference’s gradients along one class add up to an example’s own', () => {
  const [example] = train as [(typeof train)[number]];
  const { probabilities } = run(shape, start, example.input);
  const sum = new Float64Array(start.length);
  probabilities.forEach((p, c) => {
    const error = p - (c === example.label ? 1 : 0);
    gradientAlong(shape, start, example.input, oneHot(c)).forEach((slope, at) => (sum[at]! += error * slope));
  });
  expect(relativeError(sum, gradient(shape, start, example))).toBeLessThan(1e-12);
});
