/** What a run trains, and on what: the network, and the feed of its inputs. */
import type { Network } from '../core/network/network.ts';
import { createNetwork } from '../core/network/networks/create-network.ts';
import { createHead } from '../core/network/networks/head.ts';
import { reducedDropout, reduceVectors } from '../core/ranking/reduce-vectors.ts';
import type { ReducedVectors } from '../core/ranking/reduce-vectors.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';
import type { DataFeed } from './data-feed.ts';
import { createDataFeed } from './data-feed.ts';

export interface RunInputs {
  readonly network: Network;
  readonly feed: DataFeed;
  /** The vectors as the head gets them; null for pictures. */
  readonly reduced: ReducedVectors | null;
}

/** By the memory that holds the vectors: whoever tests a run's states needs the same coordinates again. */
const known = new WeakMap<SharedArrayBuffer, ReducedVectors>();

/** Vectors are reduced on the current engine, once. Rejects with `cancelled`. */
export async function prepareInputs(job: TrainingJob, signal?: AbortSignal): Promise<RunInputs> {
  const reduced = await reduceInputs(job, signal);
  const feed = createDataFeed(job, reduced);
  return { network: createRunNetwork(job, feed, reduced), feed, reduced };
}

async function reduceInputs({ inputs, classCount, settings: { backbone } }: TrainingJob, signal?: AbortSignal) {
  if (inputs.kind !== 'vectors') return null;
  const { buffer, dimensions } = inputs;
  const reduced =
    known.get(buffer) ??
    (await reduceVectors({ vectors: new Float32Array(buffer), dimensions, classCount, backbone, signal }));
  known.set(buffer, reduced);
  return reduced;
}

function createRunNetwork(
  { settings, inputs, classCount }: TrainingJob,
  { inputShape }: DataFeed,
  reduced: ReducedVectors | null,
): Network {
  if (inputs.kind !== 'vectors' || reduced === null)
    return createNetwork(settings.network, { inputShape, classCount }, settings);
  return createHead(reduced.dimensions, classCount, reducedDropout(settings.dropout, reduced), inputs.dimensions);
}
