/** The step that does not ask the trusted set against the one that does, on each engine: the same parameters, and nothing left over. */
import { dispose, memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createNetwork } from '../../../src-main/core/network/networks/create-network.ts';
import { createParameters } from '../../../src-main/core/network/parameters.ts';
import { focal } from '../../../src-main/core/reweight/focal.ts';
import { hardMining } from '../../../src-main/core/reweight/hard-mining.ts';
import { reweightStep } from '../../../src-main/core/reweight/reweight-step.ts';
import { disposeOptimiserState, startOptimiser } from '../../../src-main/core/reweight/sgd.ts';
import { uniform } from '../../../src-main/core/reweight/uniform.ts';
import { unguidedStep } from '../../../src-main/core/reweight/unguided-step.ts';
import type { WeightingMethod } from '../../../src-main/core/reweight/weighting-method.ts';
import { createInlineRunner } from '../../../src-main/training/inline-runner.ts';
import { collectRun } from '../../factories/collect-run.ts';
import { testEnginesFolder } from '../../factories/engine-packs.ts';
import { makeVectorJob } from '../../factories/make-training-job.ts';
import { rankByMargin } from '../../factories/rank-by-margin.ts';
import { expectClose, patternTensor } from '../pattern-tensors.ts';
import { describeOnEachEngine } from '../test-engines.ts';

/** Of the largest value; float32 through many layers, and sums in another order. */
const TOLERANCE = 1e-4;
const classCount = 3;
const sgd = { learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 };
const inputShapes = { head: [20], lenet: [28, 28, 3], 'resnet-32': [28, 28, 3] } as const;

async function stepTwice(name: keyof typeof inputShapes, method: WeightingMethod, isMonitored: boolean) {
  const inputShape = inputShapes[name];
  const shapes = { inputShape, classCount };
  const network = createNetwork(name, shapes, { dropout: 0.2, normalisation: 'batch', width: 0.25 });
  let state = startOptimiser(createParameters(network.parameters, 3));
  const batch = (count: number, salt: number) => ({
    input: patternTensor([count, ...inputShape], salt),
    labels: Int32Array.from({ length: count }, (_, index) => index % classCount),
  });
  const [train, trusted] = [batch(9, 1), batch(3, 2)];
  const losses: number[] = [];
  for (const seed of [1, 3]) {
    const input = { train, trusted, trainMaskSeed: seed, trustedMaskSeed: seed + 1 };
    const result = isMonitored
      ? await reweightStep(network, state, input, method, sgd)
      : await unguidedStep(network, state, input, method, sgd);
    state = result.state;
    losses.push(result.trainingLoss);
    expect(Number.isNaN(result.trustedLoss)).toBe(!isMonitored);
  }
  const parameters = await Promise.all(state.parameters.map(async (parameter) => [...(await parameter.data())]));
  disposeOptimiserState(state);
  dispose([train.input, trusted.input]);
  return { losses, parameters };
}

describeOnEachEngine('a step without the trusted set', (engine) => {
  // The cpu engine, and WebGPU on a software adapter, need many seconds for a step of a convolutional network.
  const isSlow = engine === 'cpu' || engine === 'webgpu';
  const names = isSlow ? (['head'] as const) : (['head', 'lenet', 'resnet-32'] as const);
  const methods = { uniform, 'hard mining': hardMining, focal };

  test.each(names.flatMap((name) => Object.entries(methods).map(([title, method]) => ({ name, title, method }))))(
    '$name, $title',
    async ({ name, method }) => {
      const before = memory().numTensors;
      const monitored = await stepTwice(name, method, true);
      const unmonitored = await stepTwice(name, method, false);
      expect(memory().numTensors).toBe(before);
      expectClose(unmonitored.losses, monitored.losses, TOLERANCE);
      monitored.parameters.forEach((values, i) => expectClose(unmonitored.parameters[i] ?? [], values, TOLERANCE));
    },
  );
});

const runner = createInlineRunner({ rank: rankByMargin, environment: { enginesFolder: testEnginesFolder } });
const run = async (method: 'uniform' | 'l2rw', isUnmonitored: boolean) => {
  const { job } = makeVectorJob({ settings: { method, engine: 'cpu', epochs: 2 } });
  return collectRun(runner.start({ ...job, isUnmonitored }));
};

test('an unmonitored run of a baseline learns the same and leaves its alignments out', async () => {
  const [monitored, unmonitored] = [await run('uniform', false), await run('uniform', true)];
  expectClose(unmonitored.finished.scores.loss, [...monitored.finished.scores.loss], TOLERANCE);
  expect(monitored.finished.scores.alignment.some((value) => value !== 0)).toBe(true);
  expect(unmonitored.finished.scores.alignment.every((value) => value === 0 || Number.isNaN(value))).toBe(true);
});

test('a method that asks the trusted set goes on asking', async () => {
  const [monitored, unmonitored] = [await run('l2rw', false), await run('l2rw', true)];
  expect(unmonitored.finished.scores).toEqual(monitored.finished.scores);
});
