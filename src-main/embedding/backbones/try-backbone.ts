/** Runs one picture through a model, in a thread of its own, before the model counts as installed. */
import { availableParallelism } from 'node:os';
import { greyPicture } from '../../core/pictures/enlarge.ts';
import { throwIfCancelled } from '../../core/errors.ts';
import type { LongCallOptions } from '../../services/ports/long-calls.ts';
import { BackboneWorkerClient, startBackboneWorker, type StartWorker } from '../backbone-worker-client.ts';

/** Returns the image size that it is meant for. Throws `backbone-invalid`, saying why, where no vector comes out. */
export async function tryBackbone(
  file: string,
  startWorker: StartWorker | undefined,
  { signal, onProgress }: LongCallOptions,
): Promise<number> {
  onProgress?.({ stage: 'Trying', done: 0, total: null });
  throwIfCancelled(signal);
  const client = new BackboneWorkerClient((startWorker ?? startBackboneWorker)());
  try {
    const request = { file, key: file, threads: availableParallelism(), size: 0, choice: 'cpu' } as const;
    const { imageSize } = await client.load(request, null);
    await client.embed([greyPicture], imageSize);
    return imageSize;
  } finally {
    await client.close();
  }
}
