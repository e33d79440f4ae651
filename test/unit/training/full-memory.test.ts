/** A run whose steps do not fit the engine's memory goes on in micro-batches; the engine here refuses more images than it has room for. */
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import type { RunSettings } from '../../../src-main/core/reweight/run-settings.ts';
import { startChosen } from '../../../src-main/engines/start-chosen.ts';
import type { TrainingHandle } from '../../../src-main/services/ports/training-runner.ts';
import { createInlineRunner } from '../../../src-main/training/inline-runner.ts';
import { runJob } from '../../../src-main/training/run-job.ts';
import type { StartEngine } from '../../../src-main/training/run-job.ts';
import { RunControl } from '../../../src-main/training/run-control.ts';
import { collectRun } from '../../factories/collect-run.ts';
import { makePixelJob } from '../../factories/make-training-job.ts';
import { rankByMargin } from '../../factories/rank-by-margin.ts';

let giveBack: () => void = () => undefined;
afterEach(() => giveBack());

/** From the `firstCall`th convolution on, one over more than `room` images throws what TensorFlow throws. */
function limitRoom(room: number, firstCall = 0): void {
  const own = getKernel('Conv2D', 'wasm');
  let calls = 0;
  const replace = (kernelFunc: typeof own.kernelFunc): void => {
    unregisterKernel('Conv2D', 'wasm');
    registerKernel({ ...own, kernelFunc });
  };
  replace((call) => {
    const { shape } = call.inputs['x'] as TensorInfo;
    calls += 1;
    if (calls > firstCall && (shape[0] ?? 0) > room)
      throw new Error(`OOM when allocating tensor with shape[${shape.join(',')}] and type float`);
    return own.kernelFunc(call);
  });
  giveBack = () => replace(own.kernelFunc);
}

const starts: string[] = [];

function start(settings: Partial<RunSettings> = {}): TrainingHandle {
  starts.length = 0;
  const { job } = makePixelJob({ settings: { ...settings, augmentation: { shiftPixels: 1, mirror: true } } });
  const startEngine: StartEngine = async (choice) => {
    starts.push(choice);
    return startChosen(choice);
  };
  const nothing = (): void => undefined;
  const events = runJob(job, new RunControl(), startEngine, rankByMargin);
  return { pause: nothing, resume: nothing, cancel: nothing, events };
}

it('goes on with parts that fit, says so, and computes what it would have', async () => {
  const { job } = makePixelJob({ settings: { augmentation: { shiftPixels: 1, mirror: true } } });
  const whole = await collectRun(createInlineRunner({ rank: rankByMargin }).start(job));
  await startChosen('wasm');
  limitRoom(2);
  const { events, epochs, finished } = await collectRun(start());
  // 8 at once, then 4, then 2.
  expect(starts).toHaveLength(3);
  const said = events.flatMap((event) => (event.kind === 'progress' ? [event.decision.reason] : []));
  expect(said.at(-1)).toContain('went on with 2 images passing the network at once');
  expect(finished.versions['engineReason']).toContain('2 images');
  expect(epochs.map(({ metrics }) => metrics.epochIndex)).toEqual(
    whole.epochs.map(({ metrics }) => metrics.epochIndex),
  );
  for (const [index, { metrics }] of epochs.entries())
    expect(metrics.trainingLoss).toBeCloseTo(whole.epochs[index]?.metrics.trainingLoss ?? Number.NaN, 3);
  // Nothing of the steps that did not fit stays.
  expect(epochs.at(-1)?.metrics.tensorCount).toBe(whole.epochs.at(-1)?.metrics.tensorCount);
});

it('goes on from the last epoch where the memory fills up later', async () => {
  await startChosen('wasm');
  // Two epochs of two steps with two convolutions in each pass: the second epoch's first step is beyond.
  limitRoom(4, 24);
  const { epochs, events } = await collectRun(start());
  expect(starts).toHaveLength(2);
  expect(epochs.map(({ metrics }) => metrics.epochIndex)).toEqual([0, 1]);
  const order = events.map((event) => (event.kind === 'progress' ? event.phase : event.kind));
  // The second start comes after the first epoch's end, and not at the beginning.
  expect(order.lastIndexOf('loading')).toBeGreaterThan(order.indexOf('epoch-done'));
});

it('gives up at a single image, and with networks that couple the images of a pass', async () => {
  await startChosen('wasm');
  limitRoom(0);
  await expect(collectRun(start())).rejects.toMatchObject({ code: 'out-of-memory', details: { microBatchSize: 1 } });
  expect(starts).toHaveLength(4);
  const residual = start({ network: 'resnet-32', normalisation: 'batch', imageSize: 28 });
  await expect(collectRun(residual)).rejects.toMatchObject({ code: 'out-of-memory' });
  expect(starts).toHaveLength(1);
});
