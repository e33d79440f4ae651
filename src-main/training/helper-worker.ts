/** Entry of a ranking's helper thread: does its tasks one after the other, on WebAssembly, and answers each. */
import { parentPort } from 'node:worker_threads';
import { HelperTasks } from '../core/ranking/helper-tasks.ts';
import type { HelperInput } from '../core/ranking/ranking-helper.ts';
import { wasmEngine } from '../engines/wasm/node-wasm-engine.ts';
import type { HelperRequest, HelperTask } from './helper-thread.ts';

async function start(input: HelperInput): Promise<HelperTasks> {
  await wasmEngine.start();
  return new HelperTasks(input, control.signal);
}

function carryOut(tasks: HelperTasks, task: HelperTask): Promise<unknown> {
  switch (task.kind) {
    case 'references':
      return tasks.referenceScores();
    case 'fit-folds':
      return tasks.fitFolds(task.fit);
    case 'evaluate-head':
      return tasks.evaluateHead(task.parameters);
  }
}

const control = new AbortController();
let tasks: Promise<HelperTasks> | null = null;
let last: Promise<void> = Promise.resolve();

async function answer(task: HelperTask): Promise<void> {
  if (task.kind === 'references') tasks = start(task.input);
  if (tasks !== null) parentPort?.postMessage(await carryOut(await tasks, task));
}

// Whoever asks waits for each answer before the next question. A failure ends the thread, which the other side takes for its answer.
parentPort?.on('message', (request: HelperRequest) => {
  if (request.kind !== 'stop') return void (last = answer(request));
  control.abort();
  void last.finally(() => process.exit());
});
