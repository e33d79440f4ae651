/** One training job in a thread or process of Node: where there is a second core, its reference scores are computed there meanwhile. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { rankSuspicion } from '../core/ranking/rank-suspicion.ts';
import { referencesInThread } from './references-beside.ts';
import { runJob } from './run-job.ts';

/** `entry`: the file that the thread or process began with. reference-worker lies beside it, in the sources and in a bundle. */
export function nodeJobRunner(entry: string): typeof runJob {
  const referenceWorker = path.join(path.dirname(entry), `reference-worker${path.extname(entry)}`);
  const startReferences = availableParallelism() > 1 ? referencesInThread(() => new Worker(referenceWorker)) : null;
  return (job, control, startEngine) => runJob(job, control, startEngine, rankSuspicion, startReferences);
}
