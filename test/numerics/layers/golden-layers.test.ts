/** Every layer's three passes against PyTorch in float64, and what must hold between the passes. */
import { dispose, memory, tensor2d } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { LayerGradients, LayerTrace } from '../../../src-main/core/network/layer.ts';
import { disposeLayerTrace } from '../../../src-main/core/network/network.ts';
import { crossEntropyGradient } from '../../../src-main/core/network/softmax-cross-entropy.ts';
import { golden, salts } from '../golden/golden-values.ts';
import { expectClose, patternParameters, patternTensor, read } from '../pattern-tensors.ts';
import { describeOnEachEngine } from '../test-engines.ts';
import { layerCases } from '../../../src-main/engines/self-check/layer-cases.ts';
import type { LayerCase } from '../../../src-main/engines/self-check/layer-cases.ts';

const TOLERANCE = 1e-5;
const context = { mode: 'train', seed: 1 } as const;

interface ThreePasses {
  readonly trace: LayerTrace;
  readonly tangent: Tensor | null;
  readonly gradients: LayerGradients;
}

function runPasses({ layer, batch }: LayerCase): ThreePasses {
  const parameters = patternParameters(layer.parameters, salts.parameters);
  const tangents = patternParameters(layer.parameters, salts.parameterTangents);
  const input = patternTensor([batch, ...layer.inputShape], salts.input);
  const inputTangent = patternTensor(input.shape, salts.inputTangent);
  const trace = layer.forward(parameters, input, context);
  const outputGradient = patternTensor(trace.output.shape, salts.outputGradient);
  const tangent = layer.tangent(parameters, trace, inputTangent, tangents);
  const gradients = layer.backward(parameters, trace, outputGradient, true);
  dispose([...parameters, ...tangents, input, inputTangent, outputGradient]);
  return { trace, tangent, gradients };
}

function disposePasses({ trace, tangent, gradients }: ThreePasses): void {
  disposeLayerTrace(trace);
  tangent?.dispose();
  gradients.inputGradient?.dispose();
  gradients.parameterGradients.forEach((gradient) => gradient.dispose());
}

test('there is a layer for every golden case, and the other way round', () => {
  expect(layerCases.map(({ name }) => name)).toEqual(golden.layers.map(({ name }) => name));
});

describeOnEachEngine('layers', () => {
  test.each(layerCases)('$name: three passes as in float64', async (layerCase) => {
    const expected = golden.layers.find(({ name }) => name === layerCase.name);
    const passes = runPasses(layerCase);
    const { trace, tangent, gradients } = passes;
    expect([layerCase.batch, ...layerCase.layer.outputShape]).toEqual(expected?.outputShape);
    expect(trace.output.shape).toEqual(expected?.outputShape);
    expectClose(await read(trace.output), expected?.output ?? [], TOLERANCE);
    expectClose(await read(tangent), expected?.tangent ?? [], TOLERANCE);
    expectClose(await read(gradients.inputGradient), expected?.inputGradient ?? [], TOLERANCE);
    expect(gradients.parameterGradients.map(({ shape }) => shape)).toEqual(
      layerCase.layer.parameters.map(({ shape }) => shape),
    );
    for (const [i, gradient] of gradients.parameterGradients.entries())
      expectClose(await read(gradient), expected?.parameterGradients[i] ?? [], TOLERANCE);
    disposePasses(passes);
  });

  test.each(layerCases)('$name: the passes leave exactly what they return', (layerCase) => {
    const before = memory().numTensors;
    disposePasses(runPasses(layerCase));
    expect(memory().numTensors).toBe(before);
  });

  test.each(layerCases)('$name: no tangent in, only what the parameters give out', async ({ layer, batch }) => {
    const parameters = patternParameters(layer.parameters, salts.parameters);
    const zeros = parameters.map((parameter) => patternTensor(parameter.shape, 1, 0));
    const trace = layer.forward(parameters, patternTensor([batch, ...layer.inputShape], salts.input), context);
    const tangent = layer.tangent(parameters, trace, null, zeros);
    expect((await read(tangent)).some((value) => value !== 0)).toBe(false);
    expect(layer.backward(parameters, trace, trace.output, false).inputGradient).toBeNull();
  });

  test.each(golden.crossEntropy)('gradient of the softmax cross-entropy, $name', async (expected) => {
    const before = memory().numTensors;
    const logits = tensor2d([...expected.logits], [4, 4]);
    const targets = tensor2d([...expected.targets], [4, 4]);
    const errors = crossEntropyGradient(logits, targets);
    expectClose(await read(errors), expected.errors, TOLERANCE);
    dispose([logits, targets, errors]);
    expect(memory().numTensors).toBe(before);
  });
});
