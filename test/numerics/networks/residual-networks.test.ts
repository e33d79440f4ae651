/** The residual networks against float64 in training mode, batch statistics included, and a whole step with them. */
import { dispose, memory, mul, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Network } from '../../../src-main/core/network/network.ts';
import { disposeNetworkTrace } from '../../../src-main/core/network/network.ts';
import type { ImageShape } from '../../../src-main/core/network/networks/layer-stack.ts';
import { createResnet18, createResnet32 } from '../../../src-main/core/network/networks/resnet.ts';
import { createWideResnet } from '../../../src-main/core/network/networks/wide-resnet.ts';
import { createParameters } from '../../../src-main/core/network/parameters.ts';
import { requireMatrix } from '../../../src-main/core/network/require-tensor.ts';
import { l2rwSigned } from '../../../src-main/core/reweight/l2rw-signed.ts';
import { reweightStep } from '../../../src-main/core/reweight/reweight-step.ts';
import { disposeOptimiserState, startOptimiser } from '../../../src-main/core/reweight/sgd.ts';
import type { WeightingMethod } from '../../../src-main/core/reweight/weighting-method.ts';
import { salts } from '../golden/golden-values.ts';
import { residualValues } from '../golden/residual-values.ts';
import { expectClose, patternParameters, patternTensor, read } from '../pattern-tensors.ts';
import { describeOnEachEngine, slowEngines } from '../test-engines.ts';

/** Of the largest value; float32 through up to a hundred layers, each of which divides by a deviation of few numbers. */
const TOLERANCE = 1e-4;
const train = { mode: 'train', seed: 1 } as const;

const networks: Readonly<Record<string, (inputShape: ImageShape) => Network>> = {
  'resnet-32, width 4': (shape) => createResnet32(shape, { classCount: 3, width: 4 }),
  'resnet-18, width 4': (shape) => createResnet18(shape, { classCount: 3, width: 4 }),
  'resnet-18, width 2, 64 pixels': (shape) => createResnet18(shape, { classCount: 3, width: 2 }),
  'wrn-16-1': (shape) => createWideResnet(shape, { classCount: 3, depth: 16, widening: 1, dropout: 0 }),
};

function imageShape([, height = 0, width = 0, channels = 0]: readonly number[]): ImageShape {
  return [height, width, channels];
}

async function dot(a: Tensor, b: Tensor): Promise<number> {
  const product = tidy(() => sum(mul(a, b)));
  const [value = NaN] = await read(product);
  product.dispose();
  return value;
}

describeOnEachEngine('residual networks', (engine) => {
  // The slow engines need seconds for one pass of the larger ones.
  const cases = residualValues.networks.filter(({ name }) => !slowEngines.has(engine) || name.startsWith('wrn'));

  test.each(cases)('$name: logits, tangents and gradients as in float64', async (expected) => {
    const network = networks[expected.name]!(imageShape(expected.inputShape));
    const parameters = patternParameters(network.parameters, salts.parameters);
    const tangents = patternParameters(network.parameters, salts.parameterTangents);
    const input = patternTensor(expected.inputShape, salts.input);
    const trace = network.forward(parameters, input, train);
    const errors = requireMatrix(patternTensor(trace.logits.shape, salts.outputGradient));
    const gradients = network.backward(parameters, trace, errors);
    const tangent = network.tangent(parameters, trace, tangents);
    expectClose(await read(trace.logits), expected.logits, TOLERANCE);
    expectClose(await read(tangent), expected.tangent, TOLERANCE);
    expect(gradients).toHaveLength(expected.gradientNorms.length);
    for (const [i, gradient] of gradients.entries()) {
      const norm = expected.gradientNorms[i] ?? NaN;
      const probe = patternTensor(gradient.shape, salts.probes + i);
      const scale = Math.max(1e-6, norm) * Math.sqrt(await dot(probe, probe));
      expect(Math.abs(Math.sqrt(await dot(gradient, gradient)) - norm) / Math.max(1e-6, norm)).toBeLessThan(TOLERANCE);
      expect(Math.abs((await dot(gradient, probe)) - (expected.gradientProducts[i] ?? NaN)) / scale).toBeLessThan(
        TOLERANCE,
      );
      probe.dispose();
    }
    disposeNetworkTrace(trace);
    dispose([...parameters, ...tangents, ...gradients, input, errors, tangent]);
  });
});

describeOnEachEngine('a step with batch statistics', () => {
  const create = (normalisation: 'batch' | 'frozen' | 'group'): Network =>
    createWideResnet([4, 4, 3], { classCount: 2, depth: 10, widening: 1, dropout: 0.3, normalisation });

  /** Parameters by name after one step. `trustedSalt` decides the trusted images. */
  async function stepOf(
    network: Network,
    method: WeightingMethod,
    trustedSalt = 4,
  ): Promise<ReadonlyMap<string, Float32Array>> {
    const state = startOptimiser(createParameters(network.parameters, 1));
    const labels = Int32Array.of(0, 1, 0, 1);
    const guide = { input: patternTensor([4, 4, 4, 3], trustedSalt), labels };
    const batch = { input: patternTensor([4, 4, 4, 3], 1), labels };
    const input = { train: batch, trusted: guide, trainMaskSeed: 1, trustedMaskSeed: 2 };
    const settings = { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-3 };
    const result = await reweightStep(network, state, input, method, settings);
    const values = new Map<string, Float32Array>();
    for (const [i, { name }] of network.parameters.entries()) values.set(name, await read(result.state.parameters[i]));
    disposeOptimiserState(result.state);
    dispose([batch.input, guide.input]);
    return values;
  }

  const equally: WeightingMethod = ({ size }) => ({
    weights: new Float64Array(size).fill(1 / size),
    logitErrors: null,
  });

  test('property 9: the trusted pass never touches the running statistics, exactly', async () => {
    const network = create('batch');
    const first = await stepOf(network, equally, 4);
    const second = await stepOf(network, equally, 5);
    expect(second).toEqual(first);
    expect([...first.get('norm/running-mean')!].some((value) => value !== 0)).toBe(true);
  });

  test('property 7: a skipped step leaves the running statistics alone, exactly', async () => {
    const skipped = await stepOf(create('batch'), ({ size }) => ({
      weights: new Float64Array(size),
      logitErrors: null,
    }));
    expect([...skipped.get('norm/running-mean')!].every((value) => value === 0)).toBe(true);
    expect([...skipped.get('norm/running-variance')!].every((value) => value === 1)).toBe(true);
  });

  test('frozen statistics stay, while scales and offsets learn', async () => {
    const after = await stepOf(create('frozen'), equally);
    expect([...after.get('norm/running-mean')!].every((value) => value === 0)).toBe(true);
    expect([...after.get('norm/offset')!].some((value) => value !== 0)).toBe(true);
  });

  test.each(['batch', 'frozen', 'group'] as const)('%s: leaves no tensor', async (normalisation) => {
    const network = create(normalisation);
    const before = memory().numTensors;
    await stepOf(network, l2rwSigned);
    expect(memory().numTensors).toBe(before);
  });
});
