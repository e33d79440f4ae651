/** The same small perceptron and the same batches, once for the oracle and once as tensors. */
import { tensor2d } from '@tensorflow/tfjs-core';
import { createDense } from '../../../src-main/core/network/layers/dense.ts';
import { createDropout } from '../../../src-main/core/network/layers/dropout.ts';
import { createRelu } from '../../../src-main/core/network/layers/relu.ts';
import type { Network } from '../../../src-main/core/network/network.ts';
import { createSequentialNetwork } from '../../../src-main/core/network/networks/sequential-network.ts';
import { uploadParameters } from '../../../src-main/core/network/parameters.ts';
import { createRandom } from '../../../src-main/core/random/random-generator.ts';
import type { OptimiserState } from '../../../src-main/core/reweight/sgd.ts';
import { startOptimiser } from '../../../src-main/core/reweight/sgd.ts';
import type { LabelledBatch } from '../../../src-main/core/reweight/trusted-gradient.ts';
import { read } from '../pattern-tensors.ts';
import type { Example, MlpShape } from './reference-mlp.ts';
import { parameterCount, split } from './reference-mlp.ts';

export function makeNetwork({ inputs, hidden, classes }: MlpShape, dropout = 0): Network {
  return createSequentialNetwork('mlp', [
    createDropout({ name: 'dropout', shape: [inputs], rate: dropout }),
    createDense({ name: 'hidden', inputSize: inputs, outputSize: hidden }),
    createRelu('relu', [hidden]),
    createDense({ name: 'classes', inputSize: hidden, outputSize: classes }),
  ]);
}

/** Rounded to float32, so that oracle and tensors start from the same numbers. */
export function makeParameters(shape: MlpShape, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: parameterCount(shape) }, () => Math.fround(0.5 * random.normal()));
}

export function makeExamples(shape: MlpShape, count: number, seed: number): Example[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => ({
    input: Array.from({ length: shape.inputs }, () => Math.fround(random.normal())),
    label: random.integer(shape.classes),
  }));
}

export function toBatch(examples: readonly Example[]): LabelledBatch {
  return {
    input: tensor2d(examples.map((example) => [...example.input])),
    labels: Int32Array.from(examples, (example) => example.label),
  };
}

export function toState(shape: MlpShape, network: Network, flat: Float64Array): OptimiserState {
  const values = split(shape, flat).map((part) => Float32Array.from(part));
  return startOptimiser(uploadParameters(network.parameters, values));
}

/** All parameters, flat, as plain numbers. */
export async function readParameters(state: OptimiserState): Promise<number[]> {
  return (await Promise.all(state.parameters.map(read))).flatMap((values) => [...values]);
}

export async function readMomenta(state: OptimiserState): Promise<number[]> {
  return (await Promise.all(state.momenta.map(read))).flatMap((values) => [...values]);
}

/** Largest difference, relative to the largest expected value: float32's error is relative to the largest term of a sum. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, scale] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    difference = Math.max(difference, Math.abs(actual[index]! - expected[index]!));
    scale = Math.max(scale, Math.abs(expected[index]!));
  }
  return actual.length === expected.length ? difference / scale : Number.POSITIVE_INFINITY;
}
