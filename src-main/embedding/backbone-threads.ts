/**
 * A backbone in the threads that compute with it: two where the processor does, each with half of the cores. Neither core then waits for the other at the end of every
 * layer, nor while one prepares its input: measured, 13 % less time on two cores.
 */
import type { Picture } from '../core/pictures/enlarge.ts';
import { BackboneWorkerClient, type StartWorker } from './backbone-worker-client.ts';
import type { LoadedBackbone } from './backbone-messages.ts';
import type { ProviderRequest } from './choose-provider.ts';

/** While a thread computes one batch, another waits in it: it would stand still until the next arrives. */
const batchesPerThread = 2;

/** Close it in the end. */
export class BackboneThreads {
  readonly #startWorker: StartWorker;
  readonly #clients: BackboneWorkerClient[] = [];
  #batches = 0;

  constructor(startWorker: StartWorker) {
    this.#startWorker = startWorker;
  }

  /** How many batches may be under way. */
  get mostBatches(): number {
    return batchesPerThread * this.#clients.length;
  }

  /** Throws `backbone-invalid`. */
  async load(request: ProviderRequest, recordsFile: string | null): Promise<LoadedBackbone> {
    const { choice, threads } = request;
    const half = choice === 'auto' || choice === 'cpu' ? Math.floor(threads / 2) : 0;
    const first = this.#addThread();
    if (half === 0) return await first.load(request, recordsFile);
    // The second one starts meanwhile; should a card compute, it has been started for nothing.
    const second = this.#addThread();
    const [loaded] = await Promise.all([
      first.load({ ...request, processorThreads: threads - half }, recordsFile),
      second.load({ ...request, choice: 'cpu', processorThreads: half }, null),
    ]);
    if (loaded.provider !== 'cpu') await this.#clients.pop()?.close();
    return loaded;
  }

  /** As BackboneWorkerClient.embed; the threads take turns. */
  embed(pictures: readonly Picture[], size: number): ReturnType<BackboneWorkerClient['embed']> {
    const client = this.#clients[this.#batches++ % this.#clients.length];
    if (client === undefined) throw new Error('A batch came before the backbone was loaded.');
    return client.embed(pictures, size);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #addThread(): BackboneWorkerClient {
    const client = new BackboneWorkerClient(this.#startWorker());
    this.#clients.push(client);
    return client;
  }
}
