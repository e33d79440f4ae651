/** A ranking with its second thread: the numbers that it would have without, wherever its parts are computed. */
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { rankSuspicion } from '../../src-main/core/ranking/rank-suspicion.ts';
import { reduceVectors } from '../../src-main/core/ranking/reduce-vectors.ts';
import { referenceScores } from '../../src-main/core/ranking/reference-scores.ts';
import { startChosen } from '../../src-main/engines/start-chosen.ts';
import { wasmEngine } from '../../src-main/engines/wasm/node-wasm-engine.ts';
import { helperInThread, startHelperOf, type HelperThread } from '../../src-main/training/helper-thread.ts';
import { makeVectorJob } from '../factories/make-training-job.ts';

const entry = new URL('../../src-main/training/helper-worker.ts', import.meta.url);
const start = helperInThread(() => new Worker(entry, { execArgv: [] }));

async function makeInput() {
  const { job } = makeVectorJob({ sampleCount: 80, settings: { engine: 'wasm' } });
  if (job.inputs.kind !== 'vectors') throw new Error('Made of vectors.');
  const { classCount, labels: givenLabels, trusted } = job;
  const vectors = new Float32Array(job.inputs.buffer);
  const reduced = await reduceVectors({ vectors, dimensions: job.inputs.dimensions, classCount });
  const shared = { classCount, givenLabels, trusted, seed: 5 };
  const startLogits = Float32Array.from({ length: givenLabels.length * classCount }, (_, index) => Math.sin(index));
  const { dimensions, penalty } = reduced;
  return {
    helped: { ...shared, vectors: reduced.vectors, dimensions, penalty },
    suspicion: { ...shared, vectors, dimensions: job.inputs.dimensions, reduced, startLogits },
  };
}

/** What it was asked for and did. */
function watched(helper: HelperThread) {
  const done: string[] = [];
  const count = <T>(what: string, answer: Promise<T | null>): Promise<T | null> =>
    answer.then((value) => {
      if (value !== null) done.push(what);
      return value;
    });
  const watching: HelperThread = {
    references: helper.references,
    fitFolds: (fit) => count('fit', helper.fitFolds(fit)),
    evaluateHead: (parameters) => count('head', helper.evaluateHead(parameters)),
    stop: () => helper.stop(),
  };
  return { watching, done };
}

beforeAll(async () => {
  await wasmEngine.start();
});

describe('the second thread of a ranking', () => {
  it('computes its share of it, and the numbers are those of one thread', async () => {
    const { helped, suspicion } = await makeInput();
    const { watching: helper, done } = watched(start(helped));
    expect(await helper.references).toEqual(await referenceScores(helped));
    const ranked = await rankSuspicion({ ...suspicion, helper });
    expect(ranked).toEqual(await rankSuspicion(suspicion));
    expect(ranked.references.neighbours).toBe((await helper.references)?.neighbours);
    expect(done.filter((what) => what === 'fit')).toHaveLength(6);
    expect(done.filter((what) => what === 'head').length).toBeGreaterThan(100);
    await helper.stop();
  });

  it('is not waited for while it is busy: its share is computed here', async () => {
    const { helped, suspicion } = await makeInput();
    const helper = start(helped);
    expect(await helper.evaluateHead([])).toBeNull();
    expect(await rankSuspicion({ ...suspicion, helper })).toEqual(await rankSuspicion(suspicion));
    await helper.stop();
  });

  it('may be stopped in the middle, and the numbers are the same', async () => {
    const { helped, suspicion } = await makeInput();
    const { watching: helper, done } = watched(start(helped));
    await helper.references;
    const onProgress = (share: number): void => void (share > 0.5 && void helper.stop());
    const ranked = await rankSuspicion({ ...suspicion, helper, onProgress });
    expect(ranked).toEqual(await rankSuspicion(suspicion));
    expect(done).toContain('head');
    expect(await helper.fitFolds({ solutions: [], targets: new Float32Array(0), steps: 1 })).toBeNull();
  });

  it('answers nothing where it is stopped, cancelled or breaks down', async () => {
    const { helped } = await makeInput();
    const stopped = start(helped);
    void stopped.stop();
    expect(await stopped.references).toBeNull();
    const control = new AbortController();
    const { job } = makeVectorJob({ sampleCount: 80, settings: { engine: 'wasm' } });
    const computing = await startChosen('wasm');
    const cancelled = startHelperOf(job, (await makeInput()).suspicion.reduced, computing, start, control.signal);
    control.abort();
    expect(await cancelled?.references).toBeNull();
    const broken = helperInThread(() => new Worker('throw new Error("no memory")', { eval: true }));
    expect(await broken(helped).references).toBeNull();
  });
});
