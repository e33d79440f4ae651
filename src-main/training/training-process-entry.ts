/** Entry of the training process: rebuilds the job's inputs and hands everything else to serve-training.ts. */
import { toEngineEnvironment } from '../engines/known-engines.ts';
import type { TrainingReply, TrainingRequest } from './messages.ts';
import { serveTraining } from './serve-training.ts';
import type { ProcessMessage } from './training-process.ts';

let memory = new SharedArrayBuffer(0);
let lastSent: Promise<void> = Promise.resolve();

function receive(message: ProcessMessage, listener: (request: TrainingRequest) => void): void {
  switch (message.kind) {
    case 'inputs':
      memory = new SharedArrayBuffer(message.byteLength);
      return;
    case 'piece':
      new Uint8Array(memory).set(message.bytes, message.offset);
      return;
    case 'request':
      listener(withMemory(message.request));
  }
}

function withMemory(request: TrainingRequest): TrainingRequest {
  if (request.kind !== 'start') return request;
  return { ...request, job: { ...request.job, inputs: { ...request.job.inputs, buffer: memory } } };
}

function send(reply: TrainingReply): void {
  lastSent = new Promise((resolve) => process.send?.(reply, undefined, undefined, () => resolve()));
}

// Whoever started this is gone, or has heard the last word.
process.once('disconnect', () => process.exit());
serveTraining(
  {
    on: (_event, listener) => process.on('message', (message: ProcessMessage) => receive(message, listener)),
    postMessage: send,
    close: () => void lastSent.then(() => process.disconnect()),
  },
  toEngineEnvironment(JSON.parse(process.argv[2] ?? 'null')),
);
