/** The training thread, with a clock around what it does for logging: everything between an epoch's end and the next one's beginning. */
import { parentPort, workerData } from 'node:worker_threads';
import { startChosen } from '../../../src-main/engines/start-chosen.ts';
import { runJob } from '../../../src-main/training/run-job.ts';
import { serveTraining } from '../../../src-main/training/serve-training.ts';

if (parentPort === null) throw new Error('logging-worker.ts is the entry of a worker thread.');
/** Milliseconds: handing epochs over and waiting for the one before; from the first step to the last epoch's end. */
const clocks = new Float64Array(workerData as SharedArrayBuffer);

serveTraining(
  parentPort,
  (choice, inputs) => startChosen(choice, undefined, inputs),
  async function* (...args) {
    let startedAtMs: number | null = null;
    for await (const event of runJob(...args)) {
      const reachedAtMs = performance.now();
      startedAtMs ??= reachedAtMs;
      yield event;
      if (event.kind !== 'epoch-done') continue;
      clocks[0]! += performance.now() - reachedAtMs;
      clocks[1] = performance.now() - startedAtMs;
    }
  },
);
