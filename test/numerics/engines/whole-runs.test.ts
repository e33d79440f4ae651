/**
 * Whole runs on each engine: they start from the same weights, see the same batches, leave no tensors, can be paused and stopped,
 * and give the same ranking twice, bit for bit. The ranking is by margin: a full one takes minutes on a graphics card in software.
 */
import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { auroc } from '../../../src-main/core/metrics/ranking-quality.ts';
import { createNetwork } from '../../../src-main/core/network/networks/create-network.ts';
import { createParameters } from '../../../src-main/core/network/parameters.ts';
import { initialParameterValues } from '../../../src-main/core/network/seeded-values.ts';
import type { RunSettings } from '../../../src-main/core/reweight/run-settings.ts';
import { decodeCheckpoint } from '../../../src-main/training/checkpoint-file.ts';
import { createInlineRunner } from '../../../src-main/training/inline-runner.ts';
import { collectRun, comparable } from '../../factories/collect-run.ts';
import { testEnginesFolder } from '../../factories/engine-packs.ts';
import { makeVectorJob } from '../../factories/make-training-job.ts';
import { rankByMargin } from '../../factories/rank-by-margin.ts';
import { read } from '../pattern-tensors.ts';
import { describeOnEachEngine } from '../test-engines.ts';

const runner = createInlineRunner({ rank: rankByMargin, environment: { enginesFolder: testEnginesFolder } });

function makeRun(settings: Partial<RunSettings>) {
  return makeVectorJob({ sampleCount: 60, settings: { epochs: 2, ...settings } });
}

/** What decides which samples come next, out of a checkpoint. */
function drawn(checkpoint: Uint8Array): unknown {
  const { arrays } = decodeCheckpoint(checkpoint);
  return ['counters', 'trusted-order', 'random/order', 'random/trusted', 'visits'].map((name) => arrays[name]);
}

describeOnEachEngine('whole runs', (engine) => {
  test('start from the same weights, bit for bit', async () => {
    const { parameters } = createNetwork('small-cnn', { inputShape: [28, 28, 3], classCount: 3 });
    const uploaded = createParameters(parameters, 7);
    const values = initialParameterValues(parameters, 7);
    for (const [i, tensor] of uploaded.entries()) {
      expect(await read(tensor)).toEqual(values[i]);
      tensor.dispose();
    }
  });

  test('see the same batches as any other engine, and end near the same ranking', async () => {
    const run = await collectRun(runner.start(makeRun({ engine }).job));
    const ready = memory().numTensors;
    const { job, isWrong } = makeRun({ engine: 'wasm' });
    const reference = await collectRun(runner.start(job));
    // The other engine has taken this one's place for the thread; what follows starts it again.
    expect(memory().numTensors).toBe(ready);
    expect(drawn(run.epochs[1]!.checkpoint)).toEqual(drawn(reference.epochs[1]!.checkpoint));
    const [found, wanted] = [run, reference].map(({ finished }) => quality(finished.scores.suspicion, isWrong));
    expect(Math.abs(found! - wanted!)).toBeLessThan(0.002);
  });

  test('give the same numbers twice, and leave no tensor', async () => {
    const { job } = makeRun({ engine, epochs: 4, batchSize: 12 });
    const first = await collectRun(runner.start(job));
    const before = memory().numTensors;
    const second = await collectRun(runner.start(job));
    expect(memory().numTensors).toBe(before);
    expect(comparable(second)).toEqual(comparable(first));
  });

  test('leave no tensor over a hundred steps', async () => {
    const run = await collectRun(runner.start(makeRun({ engine, epochs: 20, batchSize: 12 }).job));
    const last = run.events.findLast((event) => event.kind === 'progress');
    expect(last?.stepsTotal).toBeGreaterThanOrEqual(100);
    expect(last?.engine).toBe(engine);
    expect(run.epochs).toHaveLength(20);
    expect(new Set(run.epochs.map(({ metrics }) => metrics.tensorCount)).size).toBe(1);
  });

  test('are paused, go on where they were, and are cancelled', async () => {
    const { job } = makeRun({ engine });
    const whole = await collectRun(runner.start(job));
    const handle = runner.start(job);
    const seen: boolean[] = [];
    const paused = await collectRun(handle, (event) => {
      if (event.kind === 'epoch-done' && event.metrics.epochIndex === 0) handle.pause();
      if (event.kind !== 'progress') return;
      seen.push(event.isPaused);
      if (event.isPaused) handle.resume();
    });
    expect(seen).toContain(true);
    expect(comparable(paused)).toEqual(comparable(whole));
    const stopped = runner.start(job);
    const before = memory().numTensors;
    const run = collectRun(stopped, ({ kind }) => {
      if (kind === 'epoch-done') stopped.cancel();
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(memory().numTensors).toBe(before);
  });
});

/** AUROC over the samples that have a score: trusted ones have none. */
function quality(scores: Float32Array, isWrong: readonly boolean[]): number {
  const scored = [...scores.keys()].filter((sample) => !Number.isNaN(scores[sample]));
  return auroc(
    scored.map((sample) => scores[sample] ?? 0),
    scored.map((sample) => (isWrong[sample] ? 1 : 0)),
  );
}
