/** Every layer's three passes against PyTorch in float64 (reference-values.json). */
import { dispose, tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CheckFinding } from '../../core/engine-check.ts';
import type { ParameterSpec } from '../../core/network/layer.ts';
import { disposeLayerTrace } from '../../core/network/network.ts';
import { layerCases } from './layer-cases.ts';
import type { LayerCase } from './layer-cases.ts';
import { makePattern } from './pattern.ts';
import reference from './reference-values.json' with { type: 'json' };
import { relativeError } from './relative-error.ts';

/** Sums of a few dozen terms in float32. */
const TOLERANCE = 1e-5;

/** As in make-golden-values.py: which pattern is what. */
const salts = { input: 1, inputTangent: 2, outputGradient: 3, parameters: 10, parameterTangents: 50 };

/** One finding per layer, the worst of its passes. Needs a current engine; leaves no tensors. */
export async function checkLayers(): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  for (const layerCase of layerCases) {
    const error = Math.max(...(await layerErrors(layerCase)));
    findings.push({ name: layerCase.name, error, tolerance: TOLERANCE });
  }
  return findings;
}

async function layerErrors({ name, batch, layer }: LayerCase): Promise<number[]> {
  const expected = reference.layers.find((candidate) => candidate.name === name);
  if (expected === undefined) throw new Error(`There are no reference values for the layer ${name}.`);
  const parameters = patterns(layer.parameters, salts.parameters);
  const tangents = patterns(layer.parameters, salts.parameterTangents);
  const input = pattern([batch, ...layer.inputShape], salts.input);
  const inputTangent = pattern(input.shape, salts.inputTangent);
  const trace = layer.forward(parameters, input, { mode: 'train', seed: 1 });
  const outputGradient = pattern(trace.output.shape, salts.outputGradient);
  const tangent = layer.tangent(parameters, trace, inputTangent, tangents);
  const { inputGradient, parameterGradients } = layer.backward(parameters, trace, outputGradient, true);
  const pairs: readonly (readonly [Tensor | null, readonly number[]])[] = [
    [trace.output, expected.output],
    [tangent, expected.tangent],
    [inputGradient, expected.inputGradient],
    ...parameterGradients.map((gradient, i) => [gradient, expected.parameterGradients[i] ?? []] as const),
  ];
  // All at once, and never synchronously: a graphics card answers in its own time.
  const errors = await Promise.all(
    pairs.map(async ([values, wanted]) => relativeError((await values?.data()) ?? [], wanted)),
  );
  disposeLayerTrace(trace);
  dispose([...parameters, ...tangents, input, inputTangent, outputGradient, ...parameterGradients]);
  tangent?.dispose();
  inputGradient?.dispose();
  return errors;
}

function patterns(specs: readonly ParameterSpec[], firstSalt: number): Tensor[] {
  return specs.map(({ shape }, i) => {
    const fanIn = shape.slice(0, -1).reduce((product, length) => product * length, 1);
    return pattern(shape, firstSalt + i, shape.length === 1 ? 1 : Math.sqrt(3 / fanIn));
  });
}

function pattern(shape: readonly number[], salt: number, scale = 1): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(makePattern(size, salt, scale), [...shape]);
}
