/** What a network answers on many samples, chunk by chunk, without training it. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Network } from '../core/network/network.ts';
import { disposeNetworkTrace } from '../core/network/network.ts';
import { measureLogits } from '../core/reweight/measure-batch.ts';
import type { DataFeed } from './data-feed.ts';
import type { RunControl } from './run-control.ts';
import type { Answers } from './signal-recorder.ts';

/** Vectors are small; pictures fill the memory with activations. */
const chunkSizes = { vectors: 500, pictures: 100 } as const;

export interface Evaluation {
  readonly network: Network;
  readonly parameters: readonly Tensor[];
  readonly feed: DataFeed;
  /** Class index per sample of the whole dataset, [N]. */
  readonly labels: Int32Array;
  readonly control: RunControl;
  /** The most pictures that may pass at once; 0, or none given: no limit of its own. */
  readonly microBatchSize?: number;
}

export interface EvaluatedChunk {
  readonly samples: Uint32Array;
  readonly answers: Answers;
  /** Penultimate activations [B, D] row-major; null unless asked for. */
  readonly embeddings: Float32Array | null;
}

/** What the network answers without dropout and augmentation, chunk by chunk. Changes nothing, draws no random number. */
export async function* evaluate(
  { network, parameters, feed, labels, control, microBatchSize = 0 }: Evaluation,
  samples: Uint32Array,
  wantsEmbeddings = false,
): AsyncGenerator<EvaluatedChunk> {
  const pictures = Math.min(chunkSizes.pictures, microBatchSize || chunkSizes.pictures);
  const chunkSize = feed.inputShape.length === 1 ? chunkSizes.vectors : pictures;
  for (let start = 0; start < samples.length; start += chunkSize) {
    const chunk = samples.subarray(start, start + chunkSize);
    const input = feed.batch(chunk, null);
    const trace = network.forward(parameters, input, { mode: 'evaluate', seed: 0 });
    try {
      const logits = Float32Array.from(await trace.logits.data());
      const embeddings = wantsEmbeddings ? Float32Array.from(await trace.embedding.data()) : null;
      const chunkLabels = Int32Array.from(chunk, (sample) => labels[sample] ?? 0);
      const answers = { logits, ...measureLogits(logits, chunkLabels, network.classCount) };
      yield { samples: chunk, answers, embeddings };
    } finally {
      disposeNetworkTrace(trace);
      input.dispose();
    }
    await control.takeTurn();
  }
}

/** Share of the samples whose label the network answers, or null for no samples. */
export async function accuracy(evaluation: Evaluation, samples: Uint32Array): Promise<number | null> {
  let right = 0;
  for await (const chunk of evaluate(evaluation, samples)) {
    chunk.samples.forEach(
      (sample, row) => (right += chunk.answers.predicted[row] === evaluation.labels[sample] ? 1 : 0),
    );
  }
  return samples.length > 0 ? right / samples.length : null;
}
