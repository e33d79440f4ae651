/** Entry of the thread: computes the reference scores of one run on WebAssembly, and answers with them. */
import { parentPort } from 'node:worker_threads';
import { referenceScores } from '../core/ranking/reference-scores.ts';
import { wasmEngine } from '../engines/wasm/node-wasm-engine.ts';
import type { SentReferenceInput } from './references-beside.ts';

async function answer(input: SentReferenceInput): Promise<void> {
  await wasmEngine.start();
  parentPort?.postMessage(await referenceScores(input));
}

// A failure ends the thread, which the other side takes for its answer.
parentPort?.once('message', (input: SentReferenceInput) => void answer(input));
