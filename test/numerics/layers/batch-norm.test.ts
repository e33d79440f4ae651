/** Batch normalisation: three passes through the batch's moments against float64, and what happens to the running ones. */
import { dispose, memory, tensor1d } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Layer, PassContext } from '../../../src-main/core/network/layer.ts';
import { createBatchNorm } from '../../../src-main/core/network/layers/batch-norm.ts';
import { createChannelPadding } from '../../../src-main/core/network/layers/channel-padding.ts';
import { disposeLayerTrace } from '../../../src-main/core/network/network.ts';
import { salts } from '../golden/golden-values.ts';
import { residualValues } from '../golden/residual-values.ts';
import { expectClose, patternParameters, patternTensor, read } from '../pattern-tensors.ts';
import { describeOnEachEngine } from '../test-engines.ts';

const TOLERANCE = 1e-5;
const train: PassContext = { mode: 'train', seed: 1 };
const evaluate: PassContext = { mode: 'evaluate', seed: 1 };

const cases: readonly { readonly name: string; readonly batch: number; readonly layer: Layer }[] = [
  { name: 'batch norm', batch: 3, layer: createBatchNorm({ name: 'norm', inputShape: [3, 2, 4] }) },
  { name: 'batch norm, one example', batch: 1, layer: createBatchNorm({ name: 'norm', inputShape: [4, 3, 2] }) },
  {
    name: 'channel padding',
    batch: 2,
    layer: createChannelPadding({ name: 'padding', inputShape: [5, 4, 3], channels: 6, stride: 2 }),
  },
];

/** Two channels whose running mean and deviation are 1, 2 and 3, 0.5. */
function runningParameters(): Tensor[] {
  return [tensor1d([2, 1]), tensor1d([0.5, -1]), tensor1d([1, 3]), tensor1d([4, 0.25])];
}

const plain = createBatchNorm({ name: 'norm', inputShape: [2, 2, 2] });
const frozen = createBatchNorm({ name: 'norm', inputShape: [2, 2, 2], isFrozen: true });

describeOnEachEngine('batch normalisation', () => {
  test.each(cases)('$name: three passes as in float64, leaving what they return', async ({ name, batch, layer }) => {
    const before = memory().numTensors;
    const expected = residualValues.layers.find((golden) => golden.name === name);
    const parameters = patternParameters(layer.parameters, salts.parameters);
    const tangents = patternParameters(layer.parameters, salts.parameterTangents);
    const input = patternTensor([batch, ...layer.inputShape], salts.input);
    const inputTangent = patternTensor(input.shape, salts.inputTangent);
    const trace = layer.forward(parameters, input, train);
    const outputGradient = patternTensor(trace.output.shape, salts.outputGradient);
    const tangent = layer.tangent(parameters, trace, inputTangent, tangents);
    const { inputGradient, parameterGradients } = layer.backward(parameters, trace, outputGradient, true);
    expect(trace.output.shape).toEqual(expected?.outputShape);
    expectClose(await read(trace.output), expected?.output ?? [], TOLERANCE);
    expectClose(await read(tangent), expected?.tangent ?? [], TOLERANCE);
    expectClose(await read(inputGradient), expected?.inputGradient ?? [], TOLERANCE);
    for (const [i, gradient] of parameterGradients.entries())
      expectClose(await read(gradient), expected?.parameterGradients[i] ?? [], TOLERANCE);
    disposeLayerTrace(trace);
    dispose([...parameters, ...tangents, input, inputTangent, outputGradient, ...parameterGradients]);
    dispose([tangent, inputGradient].filter((tensor) => tensor !== null));
    expect(memory().numTensors).toBe(before);
  });

  test('statistics move a tenth of the way to the batch’s, and nothing else moves', async () => {
    const parameters = runningParameters();
    const input = patternTensor([3, 2, 2, 2], salts.input);
    const trace = plain.forward(parameters, input, train);
    const moved = plain.moveStatistics?.(parameters, trace) ?? [];
    const channel = [...(await read(input))].filter((_, position) => position % 2 === 0);
    const mean = channel.reduce((total, value) => total + value, 0) / channel.length;
    const variance = channel.reduce((total, value) => total + (value - mean) ** 2, 0) / channel.length;
    expect(moved.slice(0, 2)).toEqual(parameters.slice(0, 2));
    expect((await read(moved[2]))[0]).toBeCloseTo(0.9 * 1 + 0.1 * mean, 5);
    expect((await read(moved[3]))[0]).toBeCloseTo(0.9 * 4 + 0.1 * variance, 5);
    disposeLayerTrace(trace);
    dispose([...parameters, ...moved, input]);
  });

  test.each([
    ['evaluating', plain, evaluate],
    ['frozen', frozen, train],
  ] as const)('%s: an affine map by the running statistics, which stay', async (_, layer, context) => {
    const parameters = runningParameters();
    const input = patternTensor([3, 2, 2, 2], salts.input);
    const along = patternTensor([3, 2, 2, 2], salts.inputTangent);
    const trace = layer.forward(parameters, input, context);
    const still = [0, 1, 2, 3].map(() => tensor1d([0, 0]));
    const tangent = layer.tangent(parameters, trace, along, still);
    const { inputGradient, parameterGradients } = layer.backward(parameters, trace, along, true);
    const slopes = [2 / Math.sqrt(4 + 1e-5), 1 / Math.sqrt(0.25 + 1e-5)];
    const [means, offsets] = [
      [1, 3],
      [0.5, -1],
    ];
    const mapped = [...(await read(input))].map((x, i) => slopes[i % 2]! * (x - means[i % 2]!) + offsets[i % 2]!);
    const scaled = [...(await read(along))].map((t, i) => slopes[i % 2]! * t);
    expectClose(await read(trace.output), mapped, TOLERANCE);
    expectClose(await read(tangent), scaled, TOLERANCE);
    expectClose(await read(inputGradient), scaled, TOLERANCE);
    expect(layer.moveStatistics?.(parameters, trace)).toBe(parameters);
    disposeLayerTrace(trace);
    dispose([...parameters, ...still, ...parameterGradients, input, along]);
    dispose([tangent, inputGradient].filter((tensor) => tensor !== null));
  });
});
