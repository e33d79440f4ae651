/** Entry of the training thread. Everything it does is in serve-training.ts. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { rankSuspicion } from '../core/ranking/rank-suspicion.ts';
import { toEngineEnvironment } from '../engines/known-engines.ts';
import { startChosen } from '../engines/start-chosen.ts';
import { referencesInThread } from './references-beside.ts';
import { runJob } from './run-job.ts';
import { serveTraining } from './serve-training.ts';

if (parentPort === null)
  throw new Error('training-worker.ts is the entry of a worker thread and cannot run by itself.');
const environment = toEngineEnvironment(workerData);
/** Beside this file, in the sources and in a bundle. */
const referenceWorker = path.join(import.meta.dirname, `reference-worker${path.extname(import.meta.filename)}`);
const startReferences = availableParallelism() > 1 ? referencesInThread(() => new Worker(referenceWorker)) : null;
serveTraining(
  parentPort,
  (choice, inputs) => startChosen(choice, environment, inputs),
  (job, control, startEngine) => runJob(job, control, startEngine, rankSuspicion, startReferences),
);
