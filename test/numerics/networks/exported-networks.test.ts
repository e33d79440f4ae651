/**
 * Exported networks answer as they did here: ONNX in onnxruntime, layers models in TensorFlow.js, each against this app's own forward pass with random
 * parameters and running statistics. Tolerance: 1e-4 of a probability.
 */
import '@tensorflow/tfjs-backend-cpu';
import { dispose, io, ready, setBackend, softmax, tensor, transpose } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeNetworkFile, encodeNetworkFile } from '../../../src-main/core/network-export/network-file.ts';
import type { NamedParameters } from '../../../src-main/core/network-export/network-file.ts';
import { encodeOnnx } from '../../../src-main/core/network-export/onnx.ts';
import { encodeLayersModel } from '../../../src-main/core/network-export/tfjs-layers.ts';
import type { TrainedNetwork } from '../../../src-main/core/network-export/trained-network.ts';
import { describeTrained, describeTrainedHead } from '../../../src-main/core/network-export/trained-network.ts';
import type { Network } from '../../../src-main/core/network/network.ts';
import { disposeNetworkTrace } from '../../../src-main/core/network/network.ts';
import type { NetworkParts } from '../../../src-main/core/network/networks/create-network.ts';
import { createNetwork } from '../../../src-main/core/network/networks/create-network.ts';
import { uploadParameters } from '../../../src-main/core/network/parameters.ts';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import type { NetworkName } from '../../../src-main/core/reweight/run-settings.ts';
import { standardiseColumns } from '../../../src-main/core/ranking/standardise.ts';

const classNames = ['ant', 'bee', 'cat'];
const count = 2;

beforeAll(async () => {
  await setBackend('cpu');
  await ready();
});

/** Like a trained network's: nothing at its first value, variances positive. */
function randomParameters({ parameters }: Network): NamedParameters {
  const random = createRandom(5);
  const draw = (name: string, fanIn: number): number => {
    if (name.endsWith('running-variance')) return 0.5 + random.uniform();
    return name.endsWith('scale') ? 0.5 + random.uniform() : random.normal() / Math.sqrt(fanIn + 1);
  };
  return Object.fromEntries(
    parameters.map(({ name, shape, fanIn }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, { shape, values: Float32Array.from({ length: size }, () => draw(name, fanIn)) }];
    }),
  );
}

function answersHere(network: Network, parameters: NamedParameters, input: Tensor): number[] {
  const uploaded = uploadParameters(
    network.parameters,
    network.parameters.map(({ name }) => parameters[name]!.values),
  );
  const trace = network.forward(uploaded, input, { mode: 'evaluate', seed: 0 });
  const probabilities = softmax(trace.logits);
  const values = [...probabilities.dataSync()];
  disposeNetworkTrace(trace);
  dispose([...uploaded, probabilities]);
  return values;
}

async function answersOfOnnx(trained: TrainedNetwork, input: Tensor): Promise<number[]> {
  const session = await InferenceSession.create(encodeOnnx(trained));
  const isImage = input.rank === 4;
  const turned = isImage ? transpose(input, [0, 3, 1, 2]) : input.clone();
  const feeds = { input: new OnnxTensor('float32', Float32Array.from(turned.dataSync()), turned.shape) };
  const { probabilities } = await session.run(feeds);
  turned.dispose();
  await session.release();
  expect(probabilities?.dims).toEqual([count, classNames.length]);
  return [...(probabilities?.data as Float32Array)];
}

async function answersOfLayersModel(trained: TrainedNetwork, input: Tensor): Promise<number[]> {
  const { json, weights } = encodeLayersModel(trained);
  const { modelTopology, weightsManifest } = JSON.parse(json) as io.ModelJSON;
  const weightSpecs = weightsManifest.flatMap(({ weights: specs }) => specs);
  const weightData = Uint8Array.from(weights).buffer;
  const model = await loadLayersModel(io.fromMemory({ modelTopology, weightSpecs, weightData }));
  const answer = model.predict(input) as Tensor;
  const values = [...answer.dataSync()];
  answer.dispose();
  model.dispose();
  return values;
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-4));
}

function makeInput(shape: readonly number[]): Tensor {
  const random = createRandom(6);
  const size = shape.reduce((product, length) => product * length, count);
  return tensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    [count, ...shape],
  );
}

const cases: readonly (readonly [string, NetworkName, number, NetworkParts])[] = [
  ['lenet', 'lenet', 28, {}],
  ['small-cnn', 'small-cnn', 28, {}],
  ['resnet-32 by batch', 'resnet-32', 16, { width: 0.5 }],
  ['resnet-32 by group', 'resnet-32', 16, { width: 0.5, normalisation: 'group' }],
  ['resnet-18 as for photographs', 'resnet-18', 64, { width: 0.125 }],
  ['resnet-18 as for small pictures', 'resnet-18', 17, { width: 0.125 }],
  ['wrn-28', 'wrn-28-10', 16, { width: 0.05 }],
];

describe.each(cases)('%s, exported', (_, name, side, parts) => {
  it('answers the same in ONNX and in TensorFlow.js', async () => {
    const inputShape = [side, side, 3];
    const network = createNetwork(name, { inputShape, classCount: classNames.length }, parts);
    const parameters = decodeNetworkFile(encodeNetworkFile(randomParameters(network)));
    const trained = describeTrained(network, parameters, classNames);
    const input = makeInput(inputShape);
    const expected = answersHere(network, parameters, input);
    // Answers that differ between pictures and classes, so that nothing passes by being constant.
    expect(new Set(expected.map((value) => value.toFixed(3))).size).toBeGreaterThan(3);
    expectClose(await answersOfOnnx(trained, input), expected);
    expectClose(await answersOfLayersModel(trained, input), expected);
    input.dispose();
  });
});

it('the head, exported, takes vectors as the backbone gives them', async () => {
  const dimensions = 6;
  const random = createRandom(7);
  const vectors = Float32Array.from({ length: count * dimensions }, (_, at) => 5 + (at % dimensions) * random.normal());
  const network = createNetwork('head', { inputShape: [dimensions], classCount: classNames.length });
  const own = randomParameters(network);
  const standardised = tensor(standardiseColumns(vectors, dimensions), [count, dimensions]);
  const expected = answersHere(network, own, standardised);
  const means = Float32Array.from({ length: dimensions }, (_, d) => (vectors[d]! + vectors[dimensions + d]!) / 2);
  const deviations = means.map((mean, d) => Math.abs(vectors[d]! - mean));
  const head = {
    ...{ means, scales: deviations.map((deviation) => (deviation > 0 ? 1 / deviation : 1)) },
    ...{ hiddenKernel: own['hidden/kernel']!.values, hiddenBias: own['hidden/bias']!.values },
    ...{ outputKernel: own['classes/kernel']!.values, outputBias: own['classes/bias']!.values },
  };
  const trained = describeTrainedHead(network, head, classNames, 'mobilenet.onnx');
  const input = tensor(vectors, [count, dimensions]);
  expectClose(await answersOfOnnx(trained, input), expected);
  expectClose(await answersOfLayersModel(trained, input), expected);
  dispose([input, standardised]);
});

it('a network’s file is read back as it was written, and refused when it is cut short', () => {
  const parameters = {
    'a/kernel': { shape: [2, 1], values: Float32Array.of(1, 2) },
    b: { shape: [], values: Float32Array.of(3) },
  };
  const file = encodeNetworkFile(parameters);
  expect(decodeNetworkFile(file)).toEqual(parameters);
  // As the format says: a length, then JSON.
  expect(new DataView(file.buffer).getUint32(0, true) % 8).toBe(0);
  expect(() => decodeNetworkFile(file.subarray(0, -4))).toThrow(
    expect.objectContaining({ code: 'checkpoint-damaged' }),
  );
  expect(() => decodeNetworkFile(new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'checkpoint-damaged' }));
});
