import { matMul, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { TrainedHead } from '../core/influence/trained-head.ts';
import type { NamedParameters } from '../core/network-export/network-file.ts';
import type { Network } from '../core/network/network.ts';
import type { ReducedVectors } from '../core/ranking/reduce-vectors.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';

/**
 * Reads the head's parameters back from the engine; null for networks that are trained on pictures. A head that was trained on coordinates c = x B is
 * given back as one on the standardised vectors x, with the kernel B W.
 */
export async function readHead(
  { inputs }: TrainingJob,
  reduced: ReducedVectors | null,
  parameters: readonly Tensor[],
): Promise<TrainedHead | null> {
  if (inputs.kind !== 'vectors' || reduced === null) return null;
  const { means, scales } = reduced;
  const read = async (index: number): Promise<Float32Array> =>
    Float32Array.from((await parameters[index]?.data()) ?? []);
  return {
    ...{ means: Float32Array.from(means), scales: Float32Array.from(scales) },
    ...{
      hiddenKernel: await expandKernel(reduced, await read(0), inputs.dimensions),
      hiddenBias: await read(1),
      outputKernel: await read(2),
      outputBias: await read(3),
    },
  };
}

/** W [k, E] -> B W [D, E]. */
async function expandKernel(reduced: ReducedVectors, kernel: Float32Array, dimensions: number): Promise<Float32Array> {
  if (reduced.basis === null) return kernel;
  const { basis, dimensions: kept } = reduced;
  const product = tidy(() =>
    matMul<Tensor2D>(tensor2d(basis, [dimensions, kept]), tensor2d(kernel, [kept, kernel.length / kept])),
  );
  const values = Float32Array.from(await product.data());
  product.dispose();
  return values;
}

/** The same of networks that are trained on pictures, by name; null for the head. */
export async function readParameters(
  { inputs }: TrainingJob,
  { parameters: specs }: Pick<Network, 'parameters'>,
  parameters: readonly Tensor[],
): Promise<NamedParameters | null> {
  if (inputs.kind === 'vectors') return null;
  const named: Record<string, NamedParameters[string]> = {};
  for (const [index, { name, shape }] of specs.entries()) {
    named[name] = { shape, values: Float32Array.from((await parameters[index]?.data()) ?? []) };
  }
  return named;
}
