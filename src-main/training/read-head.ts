import type { Tensor } from '@tensorflow/tfjs-core';
import type { TrainedHead } from '../core/influence/trained-head.ts';
import type { NamedParameters } from '../core/network-export/network-file.ts';
import type { Network } from '../core/network/network.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';
import { columnStatistics } from './data-feed.ts';

/** Reads the head's parameters back from the engine; null for networks that are trained on pictures. */
export async function readHead({ inputs }: TrainingJob, parameters: readonly Tensor[]): Promise<TrainedHead | null> {
  if (inputs.kind !== 'vectors') return null;
  const { means, scales } = columnStatistics(new Float32Array(inputs.buffer), inputs.dimensions);
  const read = async (index: number): Promise<Float32Array> =>
    Float32Array.from((await parameters[index]?.data()) ?? []);
  return {
    ...{ means: Float32Array.from(means), scales: Float32Array.from(scales) },
    ...{
      hiddenKernel: await read(0),
      hiddenBias: await read(1),
      outputKernel: await read(2),
      outputBias: await read(3),
    },
  };
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
