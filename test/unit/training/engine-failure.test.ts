/** What engines throw, as users read it. The messages are quoted from TensorFlow, TF.js, Emscripten and V8. */
import { describe, expect, it, test } from 'vitest';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import type { ReadyEngine } from '../../../src-main/engines/engine.ts';
import { explainFailure } from '../../../src-main/training/engine-failure.ts';
import { runJob } from '../../../src-main/training/run-job.ts';
import { RunControl } from '../../../src-main/training/run-control.ts';
import { startChosen } from '../../../src-main/engines/start-chosen.ts';
import { makeVectorJob } from '../../factories/make-training-job.ts';

const { job } = makeVectorJob({ settings: { batchSize: 100, trustedBatchSize: 30 } });

function engineWith(fault: TouchstoneError | null = null): ReadyEngine {
  return {
    name: 'wasm',
    device: 'any',
    versions: {},
    fault: () => fault,
    memory: () => ({ tensorCount: 1, tensorBytes: 1, heldBytes: 123_000_000 }),
    dispose: () => undefined,
  };
}

describe('an engine out of memory', () => {
  test.each([
    'OOM when allocating tensor with shape[100,32,32,64] and type float on /job:localhost/device:GPU:0',
    'Aborted(Cannot enlarge memory arrays to size 2147483648 bytes (OOM).)',
    'memory access out of bounds',
    'Array buffer allocation failed',
    'Invalid typed array length: 4000000000',
  ])('names what would fit: %s', (message) => {
    const explained = explainFailure(new Error(message), engineWith(), job);
    expect(explained).toMatchObject({
      code: 'out-of-memory',
      details: { engine: 'wasm', batchSize: 100, microBatchSize: 100, fittingMicroBatchSize: 50 },
    });
    expect((explained as Error).message).toContain('--micro-batch 50');
    expect((explained as Error).message).toContain('123 MB');
  });

  it('names the batches that would fit where a network computes something else in parts', () => {
    const explained = explainFailure(
      new Error('Array buffer allocation failed'),
      engineWith(),
      job,
      () => false,
    ) as Error;
    expect(explained.message).toContain('--batch 50 --trusted-batch 30');
    expect(explained.message).toContain('--normalisation group');
    expect(explained.message).not.toContain('micro');
  });

  it('is known from the device’s own report too', () => {
    const fault = new TouchstoneError('out-of-memory', 'The memory of the graphics card is full.');
    expect(explainFailure(new Error('Buffer is invalid.'), engineWith(fault), job)).toMatchObject({
      code: 'out-of-memory',
      details: { fittingMicroBatchSize: 50 },
    });
  });
});

it('leaves everything else as it is', () => {
  const others = [new Error('Shapes do not fit.'), new TouchstoneError('cancelled', 'Cancelled.'), 'a string'];
  for (const error of others) expect(explainFailure(error, engineWith(), job)).toBe(error);
});

it('a device that is lost in the middle of a run ends it, before anything of it is written down', async () => {
  let steps = 0;
  const lost = new TouchstoneError('engine-lost', 'The graphics device stopped working.');
  const failing = async () => {
    const { engine, decision } = await startChosen('cpu');
    return { engine: { ...engine, fault: () => (++steps > 3 ? lost : null) }, decision };
  };
  const seen: string[] = [];
  const run = async () => {
    const small = makeVectorJob({ sampleCount: 60, settings: { engine: 'cpu', batchSize: 10, epochs: 2 } }).job;
    for await (const { kind } of runJob(small, new RunControl(), failing)) seen.push(kind);
  };
  await expect(run()).rejects.toBe(lost);
  expect(seen).toContain('progress');
  expect(seen).not.toContain('epoch-done');
});
