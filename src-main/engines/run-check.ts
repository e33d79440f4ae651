/** Runs an engine's self-check away from the caller's process. */
import { fork } from 'node:child_process';
import type { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { engineNames } from '../core/engine-check.ts';
import type { EngineCheck } from '../core/engine-check.ts';
import { throwIfCancelled, TouchstoneError } from '../core/errors.ts';

export const checkRequestSchema = v.object({
  engine: v.picklist(engineNames),
  enginesFolder: v.nullable(v.string()),
});

export type CheckRequest = v.InferOutput<typeof checkRequestSchema>;

/** `unavailable`: why the engine did not start, in one line. */
export type CheckAnswer = { readonly check: EngineCheck } | { readonly unavailable: string };

/** Resolves with what the check found, failed checks included. Rejects with `engine-unavailable` (or `cancelled`). */
export type CheckEngine = (request: CheckRequest, signal?: AbortSignal) => Promise<EngineCheck>;

/** Far more than a check takes; a driver that hangs must not hold an installation for ever. */
const patienceMs = 120_000;

/** In a process of its own, whose end by a signal is an answer too. */
export const checkInProcess: CheckEngine = (request, signal) => {
  const entry = new URL('./check-entry.ts', import.meta.url);
  const child = fork(entry, [JSON.stringify(request)], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-2_000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  const kill = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  return new Promise<EngineCheck>((resolve, reject) => {
    child.on('message', (answer: CheckAnswer) => {
      settle(request, answer, resolve, reject);
    });
    child.on('error', (error) => reject(unavailable(request, error.message)));
    child.on('exit', (code, exitSignal) => {
      const lastWords = complaints.trim().split('\n').at(-1) ?? '';
      reject(
        unavailable(
          request,
          `Its process ended in the middle of the check (${exitSignal ?? code}). ${lastWords}`.trim(),
        ),
      );
    });
  })
    .catch((error: unknown) => {
      throwIfCancelled(signal);
      throw error;
    })
    .finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
    });
};

/**
 * In a thread, for hosts that cannot start a Node process; what kills the thread's process kills the host. `createWorker`
 * starts check-entry.ts with the request as its data.
 */
export function checkInThread(createWorker: (request: CheckRequest) => Worker): CheckEngine {
  return async (request, signal) => {
    const worker = createWorker(request);
    const answered = new Promise<EngineCheck>((resolve, reject) => {
      worker.on('message', (answer: CheckAnswer) => settle(request, answer, resolve, reject));
      worker.on('error', (error: unknown) => reject(unavailable(request, String(error))));
      worker.on('exit', (code: number) => reject(unavailable(request, `Its thread ended with ${code}.`)));
    });
    // Cancelled, too, it is left to finish: a thread that is ended while onnxruntime (1.30) computes in it takes the whole process with it.
    const ended = answered.catch(() => undefined).then(() => worker.terminate());
    const cancelled = new Promise<void>((resolve) =>
      signal?.addEventListener('abort', () => resolve(), { once: true }),
    );
    await Promise.race([ended, cancelled]);
    throwIfCancelled(signal);
    return await answered;
  };
}

function settle(
  request: CheckRequest,
  answer: CheckAnswer,
  resolve: (check: EngineCheck) => void,
  reject: (error: unknown) => void,
): void {
  if ('check' in answer) resolve(answer.check);
  else reject(unavailable(request, answer.unavailable));
}

function unavailable({ engine }: CheckRequest, reason: string): TouchstoneError {
  return new TouchstoneError('engine-unavailable', reason, { details: { engine } });
}
