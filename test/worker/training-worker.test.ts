/** The real thread behind the runner: a whole run, every way to stop it, and what becomes of one that dies. */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createInlineRunner } from '../../src-main/training/inline-runner.ts';
import { createWorkerRunner } from '../../src-main/training/worker-runner.ts';
import { collectRun, comparable } from '../factories/collect-run.ts';
import { makeVectorJob } from '../factories/make-training-job.ts';

const entry = new URL('../../src-main/training/training-worker.ts', import.meta.url);
const options = { execArgv: [] };
const runner = createWorkerRunner({ createWorker: () => new Worker(entry, options) });

/** A thread with other manners than ours, in plain JavaScript. */
function runnerOf(source: string, patienceMs?: number) {
  const createWorker = (): Worker => new Worker(source, { ...options, eval: true });
  return createWorkerRunner(patienceMs === undefined ? { createWorker } : { createWorker, patienceMs });
}

function makeJob() {
  return makeVectorJob({ sampleCount: 60, settings: { engine: 'wasm', epochs: 3 } }).job;
}

describe('the training thread', () => {
  it('gives the numbers of the inline run, pause and resume included, bit for bit', async () => {
    const inline = await collectRun(createInlineRunner().start(makeJob()));
    const handle = runner.start(makeJob());
    let pauses = 0;
    const threaded = await collectRun(handle, async (event) => {
      if (event.kind !== 'epoch-done') return;
      handle.pause();
      pauses += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      handle.resume();
    });
    expect(pauses).toBe(3);
    expect(comparable(threaded)).toEqual(comparable(inline));
    expect(threaded.finished.head).toEqual(inline.finished.head);
    expect(threaded.finished.head?.outputKernel.some((value) => value !== 0)).toBe(true);
    expect(threaded.finished.versions).toHaveProperty('@tensorflow/tfjs-core');
    const rest = await collectRun(runner.start({ ...makeJob(), checkpoint: threaded.epochs[1]!.checkpoint }));
    expect(comparable(rest)).toEqual(comparable({ ...threaded, epochs: threaded.epochs.slice(2) }));
  });

  it('hands over no epoch before the last one was dealt with', async () => {
    const handle = runner.start(makeJob());
    let epochs = 0;
    const run = collectRun(handle, async (event) => {
      if (event.kind !== 'epoch-done') return;
      epochs += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
      handle.cancel();
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(epochs).toBe(1);
  });

  // Where a thread was ended from outside, both in the middle of a matrix product, the process aborted: in every other run of this.
  it.each([0, 1, 2])('harms nobody when it is left while it and its helper compute (%i)', async (turn) => {
    const { job } = makeVectorJob({ sampleCount: 3000, dimensions: 400, settings: { engine: 'wasm', epochs: 50 } });
    const leave = async (): Promise<void> => {
      for await (const event of runner.start(job).events)
        if (event.kind === 'progress' && event.phase === 'training') {
          await new Promise((resolve) => setTimeout(resolve, 100 * turn));
          return;
        }
    };
    await expect(leave()).resolves.toBeUndefined();
  });

  it('ends with the error of whoever cannot write an epoch, and hands over no other', async () => {
    const workers: Worker[] = [];
    const watched = createWorkerRunner({
      createWorker: () => {
        const worker = new Worker(entry, options);
        workers.push(worker);
        return worker;
      },
    });
    const fullDisk = new Error('The disk is full.');
    let epochs = 0;
    const run = collectRun(watched.start(makeJob()), async ({ kind }) => {
      if (kind !== 'epoch-done') return;
      epochs += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      throw fullDisk;
    });
    await expect(run).rejects.toBe(fullDisk);
    expect([epochs, workers.map(({ threadId }) => threadId)]).toEqual([1, [-1]]);
  });

  it('hands errors through with their code', async () => {
    const job = { ...makeJob(), trusted: new Uint32Array(0) };
    await expect(collectRun(runner.start(job))).rejects.toMatchObject({ code: 'trusted-set-too-small' });
  });

  it('is lent the inputs, not sent a copy', async () => {
    const writer =
      "require('node:worker_threads').parentPort.on('message', ({ job }) => { new Uint8Array(job.inputs.buffer)[0] = 77; process.exit(); })";
    const job = makeJob();
    new Uint8Array(job.inputs.buffer)[0] = 1;
    await expect(collectRun(runnerOf(writer).start(job))).rejects.toMatchObject({ code: 'worker-crashed' });
    expect(new Uint8Array(job.inputs.buffer)[0]).toBe(77);
  });
});

describe('a thread that dies', () => {
  it('is reported as crashed when it ends without a word', async () => {
    const run = collectRun(runnerOf('process.exit(3)').start(makeJob()));
    await expect(run).rejects.toMatchObject({
      code: 'worker-crashed',
      message: expect.stringContaining('exit code 3') as string,
    });
  });

  it('is reported as crashed when it throws', async () => {
    const run = collectRun(runnerOf('throw new Error("out of luck")').start(makeJob()));
    await expect(run).rejects.toMatchObject({
      code: 'worker-crashed',
      message: expect.stringContaining('out of luck') as string,
    });
  });

  it('is killed when it does not listen to cancel', async () => {
    const deaf = "require('node:worker_threads').parentPort.on('message', () => { for (;;); })";
    const handle = runnerOf(deaf, 100).start(makeJob());
    handle.cancel();
    await expect(collectRun(handle)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
