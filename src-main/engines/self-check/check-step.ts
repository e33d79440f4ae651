/** A whole L2RW step of a small perceptron against the same step in float64 (reference-step.json). */
import { dispose, tensor2d } from '@tensorflow/tfjs-core';
import type { CheckFinding } from '../../core/engine-check.ts';
import { createDense } from '../../core/network/layers/dense.ts';
import { createRelu } from '../../core/network/layers/relu.ts';
import { createSequentialNetwork } from '../../core/network/networks/sequential-network.ts';
import { uploadParameters } from '../../core/network/parameters.ts';
import { l2rwSigned } from '../../core/reweight/l2rw-signed.ts';
import { reweightStep } from '../../core/reweight/reweight-step.ts';
import { disposeOptimiserState, startOptimiser } from '../../core/reweight/sgd.ts';
import type { LabelledBatch } from '../../core/reweight/trusted-gradient.ts';
import type { WeightingMethod } from '../../core/reweight/weighting-method.ts';
import { makePattern } from './pattern.ts';
import reference from './reference-step.json' with { type: 'json' };
import { relativeError } from './relative-error.ts';

/** A step is a dozen operations deep. */
const TOLERANCE = 1e-5;

/** What the step starts from. Patterns of these salts; every class in turn is the label. */
export const stepCase = {
  shape: { inputs: 6, hidden: 5, classes: 4 },
  train: { count: 12, salt: 21 },
  trusted: { count: 7, salt: 22 },
  parameters: { salt: 23, scale: 0.7 },
  settings: { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
} as const;

/** Three findings. Needs a current engine; leaves no tensors. */
export async function checkStep(): Promise<readonly CheckFinding[]> {
  const { shape, settings } = stepCase;
  const network = createSequentialNetwork('perceptron', [
    createDense({ name: 'hidden', inputSize: shape.inputs, outputSize: shape.hidden }),
    createRelu('relu', [shape.hidden]),
    createDense({ name: 'classes', inputSize: shape.hidden, outputSize: shape.classes }),
  ]);
  const state = startOptimiser(uploadParameters(network.parameters, startValues(network.parameters)));
  const [train, trusted] = [makeBatch(stepCase.train), makeBatch(stepCase.trusted)];
  const input = { train, trusted, trainMaskSeed: 1, trustedMaskSeed: 2 };
  const seen = { alignments: new Float64Array(), weights: new Float64Array() };
  const result = await reweightStep(network, state, input, recordInto(seen), settings);
  const read = await Promise.all(result.state.parameters.map((parameter) => parameter.data()));
  const parameters = read.flatMap((values) => [...values]);
  disposeOptimiserState(result.state);
  dispose([train.input, trusted.input]);
  return [
    finding('alignments', seen.alignments, reference.alignments),
    finding('weights', seen.weights, reference.weights),
    finding('parameters', parameters, reference.parameters),
  ];
}

/** What a run logs is scaled for people: the step's own numbers are compared. */
function recordInto(seen: { alignments: Float64Array; weights: Float64Array }): WeightingMethod {
  return (findings) => {
    const answer = l2rwSigned(findings);
    seen.alignments = Float64Array.from(findings.alignments);
    seen.weights = Float64Array.from(answer.weights);
    return answer;
  };
}

function finding(what: string, actual: ArrayLike<number>, expected: readonly number[]): CheckFinding {
  return { name: `L2RW step: ${what}`, error: relativeError(actual, expected), tolerance: TOLERANCE };
}

function startValues(specs: readonly { readonly shape: readonly number[] }[]): Float32Array[] {
  const sizes = specs.map(({ shape }) => shape.reduce((product, length) => product * length, 1));
  const all = makePattern(
    sizes.reduce((total, size) => total + size, 0),
    stepCase.parameters.salt,
    stepCase.parameters.scale,
  );
  let start = 0;
  return sizes.map((size) => all.slice(start, (start += size)));
}

function makeBatch({ count, salt }: { readonly count: number; readonly salt: number }): LabelledBatch {
  const { inputs, classes } = stepCase.shape;
  const labels = Int32Array.from({ length: count }, (_, index) => index % classes);
  return { input: tensor2d(makePattern(count * inputs, salt), [count, inputs]), labels };
}
