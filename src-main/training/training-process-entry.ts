/** Entry of the training process: rebuilds the job's inputs and hands everything else to serve-training.ts. */
import { toEngineEnvironment } from '../engines/known-engines.ts';
import { startChosen } from '../engines/start-chosen.ts';
import { createPieceReceiver } from './job-pieces.ts';
import type { TrainingReply } from './messages.ts';
import { nodeJobRunner } from './run-node-job.ts';
import { serveTraining } from './serve-training.ts';

let lastSent: Promise<void> = Promise.resolve();

function send(reply: TrainingReply): void {
  lastSent = new Promise((resolve) => process.send?.(reply, undefined, undefined, () => resolve()));
}

const environment = toEngineEnvironment(JSON.parse(process.argv[2] ?? 'null'));

// Whoever started this is gone, or has heard the last word.
process.once('disconnect', () => process.exit());
serveTraining(
  {
    on: (_event, listener) =>
      process.on(
        'message',
        createPieceReceiver(listener, (byteLength) => new SharedArrayBuffer(byteLength)),
      ),
    postMessage: send,
    close: () => void lastSent.then(() => process.disconnect()),
  },
  (choice, inputs) => startChosen(choice, environment, inputs),
  nodeJobRunner(import.meta.filename),
);
