/** The Analyst port in a thread per call: cancelling ends the thread at once, whatever it is in the middle of. */
import { Worker } from 'node:worker_threads';
import { TouchstoneError } from '../core/errors.ts';
import type { LongCallOptions } from '../services/ports/long-calls.ts';
import type { Analyst } from '../services/ports/analyst.ts';
import type { AnalysisReply, AnalysisRequest, AnalysisResults } from './analysis-messages.ts';

/** Starts the thread. Shells that bundle the sources pass their own; this one runs the source file. */
export function startAnalysisWorker(): Worker {
  return new Worker(new URL('./analysis-worker.ts', import.meta.url));
}

export function createWorkerAnalyst(startWorker: () => Worker = startAnalysisWorker): Analyst {
  return {
    findNearPairs: (input, options) => ask(startWorker, { kind: 'near-pairs', ...input }, options),
    layOut: (input, options) => ask(startWorker, { kind: 'lay-out', ...input }, options),
  };
}

/** Progress is in percent. Throws `cancelled`, and `worker-crashed` where the thread ends without an answer. */
async function ask<R extends AnalysisRequest>(
  startWorker: () => Worker,
  request: R,
  { signal, onProgress }: LongCallOptions = {},
): Promise<AnalysisResults[R['kind']]> {
  const worker = startWorker();
  try {
    return await new Promise((resolve, reject) => {
      const cancel = (): void => reject(new TouchstoneError('cancelled', 'Cancelled.'));
      const crash = (cause?: unknown): void => {
        const reason = cause instanceof Error ? `: ${cause.message}` : '';
        reject(
          new TouchstoneError('worker-crashed', `The thread that compares images ended unexpectedly${reason}.`, {
            cause,
          }),
        );
      };
      if (signal?.aborted) return cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      worker.on('message', (reply: AnalysisReply) => {
        if (reply.kind === 'done') resolve(reply.result as AnalysisResults[R['kind']]);
        else onProgress?.({ stage: reply.stage, done: Math.round(100 * reply.share), total: 100 });
      });
      worker.on('error', crash);
      worker.on('exit', () => crash());
      worker.postMessage(request);
    });
  } finally {
    await worker.terminate();
  }
}
