/** One training job in a thread or process of Node: where there is a second core, its reference scores are computed there meanwhile. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { rankSuspicion } from '../core/ranking/rank-suspicion.ts';
import { helperInThread } from './helper-thread.ts';
import { runJob } from './run-job.ts';

/** `entry`: the file that the thread or process began with. helper-worker lies beside it, in the sources and in a bundle. */
export function nodeJobRunner(entry: string): typeof runJob {
  const helperWorker = path.join(path.dirname(entry), `helper-worker${path.extname(entry)}`);
  const startHelper = availableParallelism() > 1 ? helperInThread(() => new Worker(helperWorker)) : null;
  return (job, control, startEngine) => runJob(job, control, startEngine, rankSuspicion, startHelper);
}
