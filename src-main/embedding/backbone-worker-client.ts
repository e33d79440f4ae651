/** The embedder's side of the backbone's thread. */
import './no-telemetry.ts';
import { Worker } from 'node:worker_threads';
import { TouchstoneError } from '../core/errors.ts';
import type { Picture } from '../core/pictures/enlarge.ts';
import { errorOf, type BackboneReply, type BackboneRequest, type LoadedBackbone } from './backbone-messages.ts';
import type { ProviderRequest } from './choose-provider.ts';

/** Starts the thread. Shells that bundle the sources pass their own; this one runs the source file. */
export function startBackboneWorker(): Worker {
  return new Worker(new URL('./backbone-worker.ts', import.meta.url));
}

export type StartWorker = typeof startBackboneWorker;

interface Waiting {
  readonly resolve: (reply: BackboneReply) => void;
  readonly reject: (error: Error) => void;
}

/** A loaded backbone in its own thread. Requests are answered in order; close it in the end. */
export class BackboneWorkerClient {
  readonly #worker: Worker;
  #waiting: Waiting[] = [];
  #crash: TouchstoneError | null = null;
  /** Settled once every request so far is answered. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: BackboneReply) => this.#waiting.shift()?.resolve(reply));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(undefined));
  }

  /** Throws `backbone-invalid`. */
  async load(request: ProviderRequest, recordsFile: string | null): Promise<LoadedBackbone> {
    const reply = await this.#request({ kind: 'load', request, recordsFile });
    if (reply.kind !== 'loaded') throw new Error(`The backbone's thread answered "${reply.kind}" to a model.`);
    return reply;
  }

  /** B pictures for squares of `size` (`toSquares`) -> float32 [B, D]. */
  async embed(
    pictures: readonly Picture[],
    size: number,
  ): Promise<{ readonly vectors: Float32Array; readonly dimensions: number }> {
    const reply = await this.#request({ kind: 'embed', pictures: pictures.map(alone), size });
    if (reply.kind !== 'embedded') throw new Error(`The backbone's thread answered "${reply.kind}" to a batch.`);
    return reply;
  }

  /** Waits for what is under way: a thread that is ended while onnxruntime (1.30) computes in it takes the whole process with it. */
  async close(): Promise<void> {
    await this.#last;
    await this.#worker.terminate();
  }

  async #request(request: BackboneRequest): Promise<BackboneReply> {
    if (this.#crash !== null) throw this.#crash;
    const answered = new Promise<BackboneReply>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
    this.#last = answered.catch(() => undefined);
    const reply = await answered;
    if (reply.kind === 'failed') throw errorOf(reply.failure);
    return reply;
  }

  #fail(cause: unknown): void {
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    this.#crash ??= new TouchstoneError(
      'worker-crashed',
      `The thread that computes vectors ended unexpectedly${reason}. Try again; images done so far are kept.`,
      { cause },
    );
    for (const { reject } of this.#waiting.splice(0)) reject(this.#crash);
  }
}

/** The same with pixels in memory of their own: with a part of a larger buffer the whole of it would be sent. */
function alone(picture: Picture): Picture {
  const { pixels } = picture;
  return pixels.buffer.byteLength === pixels.byteLength ? picture : { ...picture, pixels: pixels.slice() };
}
