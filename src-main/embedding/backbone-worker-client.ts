/** The embedder's side of the backbone's thread. */
import './no-telemetry.ts';
import { Worker } from 'node:worker_threads';
import { TouchstoneError } from '../core/errors.ts';
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

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: BackboneReply) => this.#waiting.shift()?.resolve(reply));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(undefined));
  }

  /** Throws `backbone-invalid`. */
  async load(request: ProviderRequest, recordsFile: string | null): Promise<LoadedBackbone> {
    const reply = await this.#request({ kind: 'load', request, recordsFile }, []);
    if (reply.kind !== 'loaded') throw new Error(`The backbone's thread answered "${reply.kind}" to a model.`);
    return reply;
  }

  /** pixels: uint8 RGB [B, size, size, 3], moved to the thread and no longer usable here -> float32 [B, D]. */
  async embed(
    pixels: Uint8Array,
    size: number,
  ): Promise<{ readonly vectors: Float32Array; readonly dimensions: number }> {
    const moved = movable(pixels);
    const reply = await this.#request({ kind: 'embed', pixels: moved, size }, [moved.buffer]);
    if (reply.kind !== 'embedded') throw new Error(`The backbone's thread answered "${reply.kind}" to a batch.`);
    return reply;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #request(request: BackboneRequest, moved: readonly ArrayBuffer[]): Promise<BackboneReply> {
    if (this.#crash !== null) throw this.#crash;
    const reply = await new Promise<BackboneReply>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request, moved);
    });
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

/** The same bytes alone in a buffer that can change threads: pixels may be a part of a larger or a shared one. */
function movable(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = pixels;
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === pixels.byteLength;
  return isAlone ? new Uint8Array(buffer) : new Uint8Array(pixels);
}
