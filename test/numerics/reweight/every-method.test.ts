/** Twenty steps of every method through the real loop, on each engine: nothing leaks, nothing becomes infinite, all of it resumes. */
import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { MethodName } from '../../../src-main/core/reweight/run-settings.ts';
import { methodNames } from '../../../src-main/core/reweight/run-settings.ts';
import type { TrainingJob } from '../../../src-main/services/ports/training-runner.ts';
import { createInlineRunner } from '../../../src-main/training/inline-runner.ts';
import { collectRun } from '../../factories/collect-run.ts';
import { testEnginesFolder } from '../../factories/engine-packs.ts';
import { makeVectorJob } from '../../factories/make-training-job.ts';
import { rankByMargin } from '../../factories/rank-by-margin.ts';
import { describeOnEachEngine } from '../test-engines.ts';

const runner = createInlineRunner({ rank: rankByMargin, environment: { enginesFolder: testEnginesFolder } });

function makeJob(method: MethodName, engine: TrainingJob['settings']['engine']): TrainingJob {
  const epochs = method === 'clean-only' ? 21 : 5;
  const settings = { method, engine, epochs, fineTuneEpochs: 1, batchSize: 12 } as const;
  return makeVectorJob({ sampleCount: 81, settings }).job;
}

describeOnEachEngine('every method', (engine) => {
  // In software a step takes as long as hundreds elsewhere; first steps of all methods are in method-steps.test.ts.
  const methods = engine === 'webgpu' ? (['gdw'] as const) : methodNames;

  test.each(methods)('%s', async (method) => {
    const job = makeJob(method, engine);
    const before = memory().numTensors;
    const whole = await collectRun(runner.start(job));
    expect(memory().numTensors).toBe(before);
    for (const { metrics } of whole.epochs) {
      expect(metrics.trainingLoss).toBeGreaterThan(0);
      expect([metrics.trainingLoss, metrics.trustedLoss, metrics.effectiveSampleSize].every(Number.isFinite)).toBe(
        true,
      );
    }
    expect(new Set(whole.epochs.map(({ metrics }) => metrics.tensorCount)).size).toBe(1);
    // What the method remembers is in the checkpoint: taken up after the second epoch, the run ends with the same numbers.
    const rest = await collectRun(runner.start({ ...job, checkpoint: whole.epochs[1]!.checkpoint }));
    expect(rest.finished.scores).toEqual(whole.finished.scores);
  });
});
