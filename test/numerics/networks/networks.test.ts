/** Whole networks against PyTorch in float64, and the identities that tie their passes together. */
import { add, dispose, matMul, memory, mul, scalar, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { disposeNetworkTrace } from '../../../src-main/core/network/network.ts';
import type { Network, NetworkTrace } from '../../../src-main/core/network/network.ts';
import { createNetwork } from '../../../src-main/core/network/networks/create-network.ts';
import { requireMatrix } from '../../../src-main/core/network/require-tensor.ts';
import { networkNames } from '../../../src-main/core/reweight/run-settings.ts';
import { golden, salts } from '../golden/golden-values.ts';
import type { GoldenNetwork } from '../golden/golden-values.ts';
import { expectClose, patternParameters, patternTensor, read } from '../pattern-tensors.ts';
import { describeOnEachEngine, slowEngines } from '../test-engines.ts';

/** Of the largest value; float32 through up to twenty layers. */
const TOLERANCE = 1e-4;
const evaluate = { mode: 'evaluate', seed: 0 } as const;

interface Subject {
  readonly network: Network;
  readonly parameters: Tensor[];
  readonly tangents: Tensor[];
  readonly input: Tensor;
}

function makeSubject({ name, inputShape }: Pick<GoldenNetwork, 'name' | 'inputShape'>): Subject {
  const networkName = networkNames.find((known) => name.split(',')[0] === known);
  if (networkName === undefined) throw new Error(`No network ${name}.`);
  const network = createNetwork(networkName, { inputShape: inputShape.slice(1), classCount: 3 });
  return {
    network,
    parameters: patternParameters(network.parameters, salts.parameters),
    tangents: patternParameters(network.parameters, salts.parameterTangents),
    input: patternTensor(inputShape, salts.input),
  };
}

function disposeSubject({ parameters, tangents, input }: Subject): void {
  dispose([...parameters, ...tangents, input]);
}

function logitErrorsFor(trace: NetworkTrace): ReturnType<typeof requireMatrix> {
  return requireMatrix(patternTensor(trace.logits.shape, salts.outputGradient));
}

async function dot(a: Tensor, b: Tensor): Promise<number> {
  const product = tidy(() => sum(mul(a, b)));
  const [value = NaN] = await read(product);
  product.dispose();
  return value;
}

const small = { head: [3, 20], lenet: [2, 28, 28, 3], 'small-cnn': [2, 28, 28, 3] } as const;
/** The residual networks have a file of their own: they couple the examples of a batch. */
const smallCases = (['head', 'lenet', 'small-cnn'] as const).map((name) => ({ name, inputShape: small[name] }));

describeOnEachEngine('networks', (engine) => {
  // The slow engines need seconds for one backward pass of a convolutional network: there each of them runs once.
  const goldenCases = slowEngines.has(engine)
    ? golden.networks.filter(({ name }) => !name.includes('pixels'))
    : golden.networks;
  const identityCases = slowEngines.has(engine) ? smallCases.filter(({ name }) => name === 'head') : smallCases;

  test.each(goldenCases)('$name: logits, tangents and gradients as in float64', async (expected) => {
    const subject = makeSubject(expected);
    const { network, parameters, tangents, input } = subject;
    const trace = network.forward(parameters, input, evaluate);
    const errors = logitErrorsFor(trace);
    const gradients = network.backward(parameters, trace, errors);
    expectClose(await read(trace.logits), expected.logits, TOLERANCE);
    const tangent = network.tangent(parameters, trace, tangents);
    expectClose(await read(tangent), expected.tangent, TOLERANCE);
    for (const [i, gradient] of gradients.entries()) {
      const norm = expected.gradientNorms[i] ?? NaN;
      expect(Math.sqrt(await dot(gradient, gradient)) / norm).toBeCloseTo(1, 4);
      // The product with a scattered direction is small beside the norms, so it is compared on their scale.
      const probe = patternTensor(gradient.shape, salts.probes + i);
      const scale = norm * Math.sqrt(await dot(probe, probe));
      expect((await dot(gradient, probe)) / scale).toBeCloseTo((expected.gradientProducts[i] ?? NaN) / scale, 4);
      probe.dispose();
    }
    const norms = network.exampleGradientNorms(parameters, trace, errors);
    const { all, lastLayer } = expected.exampleGradientNorms;
    expectClose(await read(norms), network.hasExactGradientNorms ? all : lastLayer, TOLERANCE);
    disposeNetworkTrace(trace);
    dispose([errors, norms, tangent, ...gradients]);
    disposeSubject(subject);
  });

  test.each(identityCases)('$name: tangent and backward are each other’s transpose', async (smallCase) => {
    const subject = makeSubject(smallCase);
    const { network, parameters, tangents, input } = subject;
    const trace = network.forward(parameters, input, { mode: 'train', seed: 5 });
    const errors = logitErrorsFor(trace);
    const tangent = network.tangent(parameters, trace, tangents);
    const forwards = await dot(tangent, errors);
    const gradients = network.backward(parameters, trace, errors);
    let backwards = 0;
    for (const [i, gradient] of gradients.entries()) backwards += await dot(gradient, tangents[i] ?? gradient);
    expect(backwards / forwards).toBeCloseTo(1, 4);
    disposeNetworkTrace(trace);
    dispose([errors, tangent, ...gradients]);
    disposeSubject(subject);
  });

  test.each(smallCases)('$name: the tangent is the limit of finite differences', async (smallCase) => {
    const subject = makeSubject(smallCase);
    const { network, parameters, tangents, input } = subject;
    const context = { mode: 'train', seed: 5 } as const;
    const logitsAt = async (distance: number): Promise<Float32Array> => {
      const logits = tidy(() => {
        const moved = parameters.map((parameter, i) => add(parameter, mul(tangents[i] ?? parameter, scalar(distance))));
        return network.forward(moved, input, context).logits;
      });
      const values = await read(logits);
      logits.dispose();
      return values;
    };
    const trace = network.forward(parameters, input, context);
    const tangent = network.tangent(parameters, trace, tangents);
    // Central differences: an error of second order in the distance, plus 1e-7 / distance of rounding, plus kinks.
    const distance = 1e-3;
    const [ahead, behind] = [await logitsAt(distance), await logitsAt(-distance)];
    const differences = ahead.map((value, i) => (value - (behind[i] ?? NaN)) / (2 * distance));
    expectClose(await read(tangent), differences, 0.02);
    disposeNetworkTrace(trace);
    tangent.dispose();
    disposeSubject(subject);
  });

  test.each(identityCases)('$name: a step leaves no tensor behind', (smallCase) => {
    const before = memory().numTensors;
    const subject = makeSubject(smallCase);
    const { network, parameters, tangents, input } = subject;
    const trace = network.forward(parameters, input, { mode: 'train', seed: 2 });
    const errors = logitErrorsFor(trace);
    const tangent = network.tangent(parameters, trace, tangents);
    const gradients = network.backward(parameters, trace, errors);
    const norms = network.exampleGradientNorms(parameters, trace, errors);
    expect(trace.embedding.isDisposed).toBe(false);
    disposeNetworkTrace(trace);
    dispose([errors, tangent, norms, ...gradients]);
    disposeSubject(subject);
    expect(memory().numTensors).toBe(before);
  });

  test('the input survives a step, and the embedding is the last layer’s input', async () => {
    const subject = makeSubject(smallCases[0] ?? { name: 'head', inputShape: [3, 20] });
    const { network, parameters, input } = subject;
    const trace = network.forward(parameters, input, evaluate);
    const [, , kernel, bias] = parameters;
    if (kernel === undefined || bias === undefined) throw new Error('The head has four parameters.');
    const again = tidy(() => add(matMul(trace.embedding, requireMatrix(kernel)), bias));
    expectClose(await read(again), await read(trace.logits), 1e-6);
    disposeNetworkTrace(trace);
    again.dispose();
    expect(input.isDisposed).toBe(false);
    disposeSubject(subject);
  });

  test('dropout: masks are shared by all passes of a step, differ between steps, and are off when evaluating', async () => {
    const subject = makeSubject({ name: 'head', inputShape: [3, 20] });
    const { network, parameters, input } = subject;
    const logits = (seed: number, mode: 'train' | 'evaluate'): Promise<Float32Array> =>
      read(tidy(() => network.forward(parameters, input, { mode, seed }).logits));
    expect(await logits(1, 'train')).toEqual(await logits(1, 'train'));
    expect(await logits(1, 'train')).not.toEqual(await logits(2, 'train'));
    expect(await logits(1, 'evaluate')).toEqual(await logits(2, 'evaluate'));

    // A dropped input must not appear in any pass: the first kernel's gradient has a zero row there in every example.
    const trace = network.forward(parameters, input, { mode: 'train', seed: 1 });
    const mask = await read(trace.layers[0]?.saved[0]);
    const errors = logitErrorsFor(trace);
    const [kernelGradient] = network.backward(parameters, trace, errors);
    const gradient = await read(kernelGradient);
    for (let d = 0; d < 20; d++) {
      const isDroppedEverywhere = [0, 1, 2].every((b) => mask[b * 20 + d] === 0);
      const row = gradient.slice(d * 256, (d + 1) * 256);
      expect(row.every((value) => value === 0)).toBe(isDroppedEverywhere);
    }
    disposeNetworkTrace(trace);
    disposeSubject(subject);
  });
});
