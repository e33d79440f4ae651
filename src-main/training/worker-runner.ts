/**
 * Runs training in a worker thread, or in something else that can hold the same conversation, and keeps an eye on it: whatever
 * becomes of the other side, the events end with a word.
 */
import type { Worker } from 'node:worker_threads';
import { TouchstoneError } from '../core/errors.ts';
import type { TrainingEvent, TrainingHandle, TrainingJob, TrainingRunner } from '../services/ports/training-runner.ts';
import type { TrainingReply, TrainingRequest, Unnumbered } from './messages.ts';
import { fromPlainError } from './messages.ts';

const defaultPatienceMs = 10_000;

export interface WorkerRunnerOptions {
  /** Starts a thread with training-worker.ts as its entry. Injected, since where that file lies is the shell's business. */
  readonly createWorker: () => Worker;
  /** How long a cancelled worker may take to end by itself before it is killed; 10 s unless given. */
  readonly patienceMs?: number;
}

export function createWorkerRunner({
  createWorker,
  patienceMs = defaultPatienceMs,
}: WorkerRunnerOptions): TrainingRunner {
  return createPeerRunner({ createPeer: () => threadPeer(createWorker()), patienceMs });
}

/** The other side of the conversation: a thread, or a process. */
export interface TrainingPeer {
  send(request: TrainingRequest): void;
  onReply(listener: (reply: TrainingReply) => void): void;
  onError(listener: (error: unknown) => void): void;
  /** Called with the reason once it has ended and everything that it said was handed over. */
  onEnd(listener: (reason: string) => void): void;
  terminate(): Promise<unknown>;
}

export function createPeerRunner({
  createPeer,
  patienceMs = defaultPatienceMs,
}: {
  readonly createPeer: () => TrainingPeer;
  readonly patienceMs?: number;
}): TrainingRunner {
  return { start: (job) => new WorkerRun(createPeer(), job, patienceMs) };
}

function threadPeer(worker: Worker): TrainingPeer {
  return {
    send: (request) => worker.postMessage(request),
    onReply: (listener) => void worker.on('message', listener),
    onError: (listener) => void worker.on('error', listener),
    onEnd: (listener) => void worker.on('exit', (exitCode) => listener(`exit code ${exitCode}`)),
    terminate: () => worker.terminate(),
  };
}

class WorkerRun implements TrainingHandle {
  readonly events: AsyncIterable<TrainingEvent>;
  readonly #peer: TrainingPeer;
  readonly #patienceMs: number;
  readonly #inbox = new Inbox();
  #sequence = 0;
  #killTimer: NodeJS.Timeout | null = null;

  constructor(peer: TrainingPeer, job: TrainingJob, patienceMs: number) {
    this.#peer = peer;
    this.#patienceMs = patienceMs;
    peer.onReply((reply) => {
      this.#inbox.push(reply);
    });
    peer.onError((error) => {
      this.#inbox.fail(crashed(error instanceof Error ? error.message : String(error), error));
    });
    peer.onEnd((reason) => {
      this.#inbox.fail(this.#killTimer === null ? crashed(reason) : cancelled());
    });
    this.#send({ kind: 'start', job });
    this.events = this.#read();
  }

  pause(): void {
    this.#send({ kind: 'pause' });
  }

  resume(): void {
    this.#send({ kind: 'resume' });
  }

  cancel(): void {
    if (this.#killTimer !== null) return;
    this.#send({ kind: 'cancel' });
    this.#killTimer = setTimeout(() => void this.#peer.terminate(), this.#patienceMs);
  }

  /** Asked first: a thread that is ended while onnxruntime (1.30) computes in it takes the whole process with it. */
  async #leave(): Promise<void> {
    this.cancel();
    try {
      while (!isLast(await this.#inbox.next()));
    } catch {
      return;
    }
  }

  /** The consumer is done with an epoch when it asks for what comes next: only then the worker may send another. */
  async *#read(): AsyncGenerator<TrainingEvent> {
    // Only then can it be left in the middle: while the consumer has an event that is not the last.
    let isComputing = false;
    try {
      for (;;) {
        const reply = await this.#inbox.next();
        if (reply.kind === 'failed') throw fromPlainError(reply.error);
        isComputing = !isLast(reply);
        yield reply.event;
        if (!isComputing) return;
        isComputing = false;
        if (reply.event.kind === 'epoch-done') this.#send({ kind: 'acknowledge', replySequence: reply.sequence });
      }
    } finally {
      if (isComputing) await this.#leave();
      if (this.#killTimer !== null) clearTimeout(this.#killTimer);
      await this.#peer.terminate();
    }
  }

  #send(request: Unnumbered<TrainingRequest>): void {
    this.#sequence += 1;
    this.#peer.send({ ...request, sequence: this.#sequence });
  }
}

/** Replies that were not read yet. Only the newest of several progress reports is kept: each is a full state. */
class Inbox {
  readonly #replies: TrainingReply[] = [];
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  push(reply: TrainingReply): void {
    if (isProgress(reply) && isProgress(this.#replies.at(-1))) this.#replies.pop();
    this.#replies.push(reply);
    this.#wake?.();
  }

  /** Thrown once everything that arrived before is read. The first failure counts. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  async next(): Promise<TrainingReply> {
    for (;;) {
      const reply = this.#replies.shift();
      if (reply !== undefined) return reply;
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** Nothing comes after it. */
function isLast(reply: TrainingReply): boolean {
  return reply.kind === 'failed' || reply.event.kind === 'finished';
}

function isProgress(reply: TrainingReply | undefined): boolean {
  return reply?.kind === 'event' && reply.event.kind === 'progress';
}

function crashed(reason: string, cause?: unknown): TouchstoneError {
  const message = `The training stopped unexpectedly (${reason}). Everything up to the last epoch is kept: resume the run.`;
  return new TouchstoneError('worker-crashed', message, { details: { reason }, cause });
}

function cancelled(): TouchstoneError {
  return new TouchstoneError('cancelled', 'Cancelled.');
}
