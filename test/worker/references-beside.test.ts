/** Reference scores from a thread beside the training: the numbers that the run itself would compute, or none at all. */
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { rankSuspicion } from '../../src-main/core/ranking/rank-suspicion.ts';
import { reduceVectors } from '../../src-main/core/ranking/reduce-vectors.ts';
import { referenceScores } from '../../src-main/core/ranking/reference-scores.ts';
import { startChosen } from '../../src-main/engines/start-chosen.ts';
import { wasmEngine } from '../../src-main/engines/wasm/node-wasm-engine.ts';
import { referencesInThread, startReferencesOf } from '../../src-main/training/references-beside.ts';
import { makeVectorJob } from '../factories/make-training-job.ts';

const entry = new URL('../../src-main/training/reference-worker.ts', import.meta.url);
const start = referencesInThread(() => new Worker(entry, { execArgv: [] }));

async function makeInput() {
  const { job } = makeVectorJob({ sampleCount: 80, settings: { engine: 'wasm' } });
  if (job.inputs.kind !== 'vectors') throw new Error('Made of vectors.');
  const { classCount, labels: givenLabels, trusted } = job;
  const vectors = new Float32Array(job.inputs.buffer);
  const reduced = await reduceVectors({ vectors, dimensions: job.inputs.dimensions, classCount });
  const shared = { classCount, givenLabels, trusted, seed: 5 };
  const startLogits = Float32Array.from({ length: givenLabels.length * classCount }, (_, index) => Math.sin(index));
  return {
    references: { ...shared, vectors: reduced.vectors, dimensions: reduced.dimensions },
    suspicion: { ...shared, vectors, dimensions: job.inputs.dimensions, reduced, startLogits },
  };
}

beforeAll(async () => {
  await wasmEngine.start();
});

describe('reference scores beside a run', () => {
  it('are those that would be computed here, and the suspicion takes them', async () => {
    const { references, suspicion } = await makeInput();
    const beside = start(references);
    expect(await beside.scores).toEqual(await referenceScores(references));
    const ranked = await rankSuspicion({ ...suspicion, references: beside.scores });
    expect(ranked).toEqual(await rankSuspicion(suspicion));
    expect(ranked.references.neighbours).toBe((await beside.scores)?.neighbours);
  });

  it('are computed here where there are none', async () => {
    const { suspicion } = await makeInput();
    const ranked = await rankSuspicion({ ...suspicion, references: Promise.resolve(null) });
    expect(ranked).toEqual(await rankSuspicion(suspicion));
  });

  it('are none where the thread is stopped, cancelled or breaks down', async () => {
    const { references } = await makeInput();
    const stopped = start(references);
    stopped.stop();
    expect(await stopped.scores).toBeNull();
    const control = new AbortController();
    const { job } = makeVectorJob({ sampleCount: 80, settings: { engine: 'wasm' } });
    const computing = await startChosen('wasm');
    const cancelled = startReferencesOf(job, (await makeInput()).suspicion.reduced, computing, start, control.signal);
    control.abort();
    expect(await cancelled?.scores).toBeNull();
    const broken = referencesInThread(() => new Worker('throw new Error("no memory")', { eval: true }));
    expect(await broken(references).scores).toBeNull();
  });
});
