/** Entry of the training thread. Everything it does is in serve-training.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { toEngineEnvironment } from '../engines/known-engines.ts';
import { startChosen } from '../engines/start-chosen.ts';
import { nodeJobRunner } from './run-node-job.ts';
import { serveTraining } from './serve-training.ts';

if (parentPort === null)
  throw new Error('training-worker.ts is the entry of a worker thread and cannot run by itself.');
const environment = toEngineEnvironment(workerData);
serveTraining(
  parentPort,
  (choice, inputs) => startChosen(choice, environment, inputs),
  nodeJobRunner(import.meta.filename),
);
