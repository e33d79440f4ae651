/**
 * A step in parts is the whole step: same weights, same parameters, same signals, with dropout, and with networks whose layers do not couple
 * examples. Float32 sums in another order differ by about 1e-6 of the largest value.
 */
import '@tensorflow/tfjs-backend-cpu';
import { dispose, memory, ready, setBackend, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../../../src-main/core/network/network.ts';
import { createDense } from '../../../src-main/core/network/layers/dense.ts';
import { createGlobalAveragePooling } from '../../../src-main/core/network/layers/global-average-pooling.ts';
import { LayerStack } from '../../../src-main/core/network/networks/layer-stack.ts';
import { createSequentialNetwork } from '../../../src-main/core/network/networks/sequential-network.ts';
import { createParameters } from '../../../src-main/core/network/parameters.ts';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import { createGdw } from '../../../src-main/core/reweight/gdw.ts';
import { l2rwSigned } from '../../../src-main/core/reweight/l2rw-signed.ts';
import type { StepInput, StepResult } from '../../../src-main/core/reweight/reweight-step.ts';
import { disposeOptimiserState, startOptimiser } from '../../../src-main/core/reweight/sgd.ts';
import { stepInParts } from '../../../src-main/core/reweight/step-in-parts.ts';
import type { LabelledBatch } from '../../../src-main/core/reweight/trusted-gradient.ts';
import type { WeightingMethod } from '../../../src-main/core/reweight/weighting-method.ts';
import { makeExamples, makeNetwork, readMomenta, readParameters, relativeError, toBatch } from './mlp-fixture.ts';

const sgd = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 };
const tolerance = 1e-5;

beforeAll(async () => {
  await setBackend('cpu');
  await ready();
});

interface Case {
  readonly network: Network;
  readonly makeInput: () => StepInput;
  readonly makeMethod: () => WeightingMethod;
  readonly wantsLogitTangents?: boolean;
}

async function twoSteps({ network, makeInput, makeMethod, wantsLogitTangents = false }: Case, partSize: number) {
  const method = makeMethod();
  let state = startOptimiser(createParameters(network.parameters, 3));
  let last: StepResult | null = null;
  for (let index = 0; index < 2; index++) {
    const input = makeInput();
    last = await stepInParts(network, state, input, method, { ...sgd, wantsLogitTangents }, partSize);
    state = last.state;
    dispose([input.train.input, input.trusted.input]);
  }
  const outcome = { result: last!, parameters: await readParameters(state), momenta: await readMomenta(state) };
  disposeOptimiserState(state);
  return outcome;
}

async function expectTheSame(scene: Case, partSizes: readonly number[]): Promise<void> {
  const whole = await twoSteps(scene, 0);
  const before = memory().numTensors;
  for (const partSize of partSizes) {
    const parts = await twoSteps(scene, partSize);
    expect(memory().numTensors).toBe(before);
    expect(relativeError(parts.parameters, whole.parameters)).toBeLessThan(tolerance);
    expect(relativeError(parts.momenta, whole.momenta)).toBeLessThan(tolerance);
    for (const name of ['weight', 'alignment', 'cosine', 'loss'] as const) {
      expect(relativeError(parts.result.signals[name], whole.result.signals[name])).toBeLessThan(10 * tolerance);
    }
    expect(parts.result.trustedLoss).toBeCloseTo(whole.result.trustedLoss, 5);
  }
}

const shape = { inputs: 6, hidden: 5, classes: 4 };
const side = 5;
const seeds = { trainMaskSeed: 1, trustedMaskSeed: 2 };
const makeVectors = (): StepInput => ({
  train: toBatch(makeExamples(shape, 12, 2)),
  trusted: toBatch(makeExamples(shape, 7, 3)),
  ...seeds,
});

function makePictures(count: number, seed: number): LabelledBatch {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: count * side * side * 3 }, () => random.normal());
  return {
    input: tensor4d(values, [count, side, side, 3]),
    labels: Int32Array.from({ length: count }, (_, i) => i % 3),
  };
}

describe('a step in parts is the whole step', () => {
  it('on a perceptron with dropout, whatever the size of the parts', async () => {
    const scene: Case = { network: makeNetwork(shape, 0.3), makeInput: makeVectors, makeMethod: () => l2rwSigned };
    await expectTheSame(scene, [1, 5, 7, 12, 100]);
  });

  it('with a method that remembers and has errors of its own', async () => {
    const place = { samples: Uint32Array.from({ length: 12 }, (_, i) => i), progress: 0, learningRate: 0.1 };
    const makeMethod = (): WeightingMethod => {
      const gdw = createGdw({ seed: 4, sampleCount: 12, classCount: shape.classes });
      return (findings) => gdw.weigh(findings, place);
    };
    const network = makeNetwork(shape);
    await expectTheSame({ network, makeInput: makeVectors, makeMethod, wantsLogitTangents: true }, [5]);
  });

  it.each(['group', 'frozen'] as const)('on a convolutional network with %s normalisation', async (normalisation) => {
    const stack = new LayerStack([side, side, 3], normalisation).convolution('convolution', 8, 3).norm('norm');
    const { layers, shape: mapShape } = stack.relu('relu').dropout('dropout', 0.3);
    const average = createGlobalAveragePooling('average', mapShape);
    const classes = createDense({ name: 'classes', inputSize: 8, outputSize: 3 });
    const network = createSequentialNetwork('small', [...layers, average, classes]);
    const makeInput = (): StepInput => ({ train: makePictures(4, 5), trusted: makePictures(3, 6), ...seeds });
    await expectTheSame({ network, makeInput, makeMethod: () => l2rwSigned }, [3]);
  });
});

it('changes nothing where no example helps', async () => {
  const network = makeNetwork(shape);
  const input = makeVectors();
  const state = startOptimiser(createParameters(network.parameters, 3));
  const none: WeightingMethod = ({ size }) => ({ weights: new Float64Array(size), logitErrors: null });
  const before = memory().numTensors;
  const result = await stepInParts(network, state, input, none, sgd, 5);
  expect(result.isSkipped).toBe(true);
  expect(result.state).toBe(state);
  expect(memory().numTensors).toBe(before);
  disposeOptimiserState(state);
});
