/** The step by carried errors against the step by tangents, on each engine: the same numbers but for the order of sums. */
import { dispose, memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createNetwork } from '../../../src-main/core/network/networks/create-network.ts';
import { createParameters } from '../../../src-main/core/network/parameters.ts';
import { l2rwSigned } from '../../../src-main/core/reweight/l2rw-signed.ts';
import { reweightStep } from '../../../src-main/core/reweight/reweight-step.ts';
import type { StepResult } from '../../../src-main/core/reweight/reweight-step.ts';
import type { NetworkName } from '../../../src-main/core/reweight/run-settings.ts';
import { disposeOptimiserState, startOptimiser } from '../../../src-main/core/reweight/sgd.ts';
import { uniform } from '../../../src-main/core/reweight/uniform.ts';
import type { LabelledBatch } from '../../../src-main/core/reweight/trusted-gradient.ts';
import type { WeightingMethod } from '../../../src-main/core/reweight/weighting-method.ts';
import { expectClose, patternTensor } from '../pattern-tensors.ts';
import { describeOnEachEngine } from '../test-engines.ts';

/** Of the largest value; float32 through six convolutions. */
const TOLERANCE = 1e-4;
const classCount = 3;
const sgd = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 };

const inputShapes = { head: [20], lenet: [28, 28, 3], 'small-cnn': [28, 28, 3] } as const;

function makeBatch(inputShape: readonly number[], count: number, salt: number): LabelledBatch {
  const labels = Int32Array.from({ length: count }, (_, index) => index % classCount);
  return { input: patternTensor([count, ...inputShape], salt), labels };
}

/** Two steps: the last kernel of small-cnn starts at zero, so that its first step moves little else. */
async function stepTwice(name: keyof typeof inputShapes, method: WeightingMethod, wantsLogitTangents: boolean) {
  const inputShape = inputShapes[name];
  const network = createNetwork(name, { inputShape, classCount });
  let state = startOptimiser(createParameters(network.parameters, 3));
  const [train, trusted] = [makeBatch(inputShape, 8, 1), makeBatch(inputShape, 3, 2)];
  let last: StepResult | null = null;
  for (const seed of [1, 3]) {
    const input = { train, trusted, trainMaskSeed: seed, trustedMaskSeed: seed + 1 };
    last = await reweightStep(network, state, input, method, { ...sgd, wantsLogitTangents });
    state = last.state;
  }
  const parameters = await Promise.all(state.parameters.map(async (parameter) => [...(await parameter.data())]));
  disposeOptimiserState(state);
  dispose([train.input, trusted.input]);
  return { signals: last!.signals, parameters };
}

describeOnEachEngine('both forms of a step', (engine) => {
  // The cpu engine, and WebGPU on a software adapter, need many seconds for a step of a convolutional network.
  const isSlow = engine === 'cpu' || engine === 'webgpu';
  const names = isSlow ? (['head'] as const) : (['head', 'lenet', 'small-cnn'] as const);
  const methods = { l2rw: l2rwSigned, 'uniform, which leaves no example out': uniform };

  test.each(names.flatMap((name) => Object.entries(methods).map(([title, method]) => ({ name, title, method }))))(
    '$name with $title',
    async ({ name, method }) => {
      const before = memory().numTensors;
      const byTangents = await stepTwice(name, method, true);
      const byErrors = await stepTwice(name, method, false);
      expect(memory().numTensors).toBe(before);
      for (const signal of ['alignment', 'weight', 'cosine', 'loss'] as const)
        expectClose(byErrors.signals[signal], [...byTangents.signals[signal]], TOLERANCE);
      byTangents.parameters.forEach((values, i) => expectClose(byErrors.parameters[i] ?? [], values, TOLERANCE));
    },
  );
});

test.each(['head', 'lenet', 'small-cnn', 'resnet-32'] as const)(
  '%s can carry errors unless it couples examples',
  (name: NetworkName) => {
    const network = createNetwork(name, { inputShape: name === 'head' ? [20] : [32, 32, 3], classCount });
    expect(network.exampleErrors === null).toBe(name === 'resnet-32');
  },
);
