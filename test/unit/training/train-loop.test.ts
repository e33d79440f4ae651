/** The loop, inline: what it records, and that pausing, stopping and going on change no number. */
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { traceExample } from '../../../src-main/core/influence/pair-alignment.ts';
import type { TrainingProgress } from '../../../src-main/services/ports/training-runner.ts';
import { createInlineRunner } from '../../../src-main/training/inline-runner.ts';
import { collectRun, comparable } from '../../factories/collect-run.ts';
import { makePixelJob, makeVectorJob } from '../../factories/make-training-job.ts';
import { rankByMargin } from '../../factories/rank-by-margin.ts';

const inlineRunner = createInlineRunner({ rank: rankByMargin });

describe('a run', () => {
  it('records every sample once per epoch, and means that fit together', async () => {
    const { job } = makeVectorJob();
    const { epochs, finished } = await collectRun(inlineRunner.start(job));
    expect(epochs.map(({ metrics }) => metrics.epochIndex)).toEqual([0, 1, 2]);
    for (const { signals, metrics } of epochs) {
      expect([...signals.visits]).toEqual(new Array(120).fill(1));
      expect(metrics.weightHistogram.reduce((total, count) => total + count, 0)).toBe(120);
      expect(metrics.zeroWeightShare).toBe([...signals.weight].filter((weight) => weight === 0).length / 120);
      expect(
        signals.loss.every((loss, sample) => Math.abs(Math.exp(-loss) - signals.probability[sample]!) < 1e-5),
      ).toBe(true);
      expect(signals.harm.every((harm, sample) => harm === Math.max(0, -signals.alignment[sample]!))).toBe(true);
    }
    const { scores } = finished;
    const meanOf = (sample: number): number =>
      epochs.reduce((total, { signals }) => total + signals.margin[sample]! / 3, 0);
    expect(scores.margin[17]).toBeCloseTo(meanOf(17), 4);
    expect([...scores.visits]).toEqual(new Array(120).fill(3));
  });

  it('never calls a trusted sample a suspect, and suggests another label for every suspect', async () => {
    const { job } = makeVectorJob();
    const { scores } = (await collectRun(inlineRunner.start(job))).finished;
    const trusted = new Set(job.trusted);
    expect([...scores.suspicion].every((value, sample) => Number.isNaN(value) === trusted.has(sample))).toBe(true);
    expect(
      [...scores.suggested].every((label, sample) => label !== job.labels[sample] && label >= 0 && label < 3),
    ).toBe(true);
  });

  it('finds wrong labels: their mean margin is lower, and the ranking is right nearly everywhere', async () => {
    const { job, isWrong } = makeVectorJob({
      sampleCount: 300,
      distance: 6,
      settings: { epochs: 8, trustedBatchSize: 12 },
    });
    const { scores } = (await collectRun(inlineRunner.start(job))).finished;
    const pairs = { all: 0, margin: 0, suspicion: 0 };
    for (const [wrong, wrongOne] of isWrong.entries()) {
      for (const [clean, cleanOne] of isWrong.entries()) {
        if (!wrongOne || cleanOne || Number.isNaN(scores.suspicion[clean])) continue;
        pairs.all += 1;
        pairs.margin += scores.margin[wrong]! < scores.margin[clean]! ? 1 : 0;
        pairs.suspicion += scores.suspicion[wrong]! > scores.suspicion[clean]! ? 1 : 0;
      }
    }
    expect(pairs.margin / pairs.all).toBeGreaterThan(0.95);
    expect(pairs.suspicion / pairs.all).toBeGreaterThan(0.95);
  });

  it('gives wrong labels less weight than right ones', async () => {
    const { job, isWrong } = makeVectorJob({ sampleCount: 300, distance: 6, settings: { epochs: 8 } });
    const { weight } = (await collectRun(inlineRunner.start(job))).finished.scores;
    const meanWeight = (wrong: boolean): number => {
      const values = [...weight].filter((_, sample) => isWrong[sample] === wrong);
      return values.reduce((total, value) => total + value, 0) / values.length;
    };
    expect(meanWeight(true)).toBeLessThan(0.6 * meanWeight(false));
  });

  it('trains on fewer coordinates of long vectors, and gives back a head that takes the vectors themselves', async () => {
    const { job } = makeVectorJob({ distance: 4, dimensions: 400, settings: { epochs: 1 } });
    if (job.inputs.kind !== 'vectors') throw new Error('Vectors were asked for.');
    const vectors = new Float32Array(job.inputs.buffer);
    const { epochs, finished } = await collectRun(inlineRunner.start(job));
    expect(finished.head?.hiddenKernel).toHaveLength(400 * 256);
    for (const sample of [3, 50, 119]) {
      const { outputErrors } = traceExample(
        finished.head!,
        vectors.subarray(400 * sample, 400 * (sample + 1)),
        job.labels[sample]!,
      );
      // p - 1 of the label, by the head; p as the last epoch logged it.
      expect(1 + outputErrors[job.labels[sample]!]!).toBeCloseTo(epochs[0]!.signals.probability[sample]!, 3);
    }
  });

  it('logs alignments but weighs alike with the uniform method', async () => {
    const { job } = makeVectorJob({ settings: { method: 'uniform' } });
    const { scores } = (await collectRun(inlineRunner.start(job))).finished;
    expect([...scores.weight].every((weight) => Math.abs(weight - 1) < 1e-6)).toBe(true);
    expect(new Set(scores.alignment).size).toBeGreaterThan(100);
    expect([...scores.suspicion].filter(Number.isNaN)).toHaveLength(job.trusted.length);
  });

  it('keeps a fifth of a large trusted class out of training and measures on it', async () => {
    const { job } = makeVectorJob({ trustedPerClass: 10, distance: 8, settings: { epochs: 6 } });
    const { epochs, finished } = await collectRun(inlineRunner.start(job));
    const heldOut = [...finished.scores.visits].flatMap((visits, sample) => (visits === 0 ? [sample] : []));
    expect(heldOut).toHaveLength(6);
    expect(heldOut.every((sample) => job.trusted.includes(sample))).toBe(true);
    expect(heldOut.every((sample) => Number.isNaN(finished.scores.margin[sample]))).toBe(true);
    expect(epochs.at(-1)?.signals.predicted[heldOut[0]!]).toBe(-1);
    expect(epochs.at(-1)?.metrics.trustedAccuracy).toBeGreaterThan(0.8);
  });

  it('measures no accuracy where every trusted sample is needed', async () => {
    const { epochs } = await collectRun(inlineRunner.start(makeVectorJob().job));
    expect(epochs.every(({ metrics }) => metrics.trustedAccuracy === null)).toBe(true);
  });

  it('trains a convolutional network on pictures, logging what the visits showed', async () => {
    const { job } = makePixelJob({ settings: { augmentation: { shiftPixels: 2, mirror: true } } });
    const { epochs, finished } = await collectRun(inlineRunner.start(job));
    expect([...epochs[1]!.signals.visits]).toEqual(new Array(16).fill(1));
    expect([...epochs[1]!.signals.margin].every(Number.isFinite)).toBe(true);
    expect([...finished.scores.suspicion].filter(Number.isNaN)).toHaveLength(job.trusted.length);
  });

  it('keeps the number of tensors constant, and leaves none', async () => {
    const { job } = makeVectorJob({ settings: { epochs: 4 } });
    await collectRun(inlineRunner.start({ ...job, settings: { ...job.settings, epochs: 1 } }));
    const before = memory().numTensors;
    const { epochs } = await collectRun(inlineRunner.start(job));
    expect(new Set(epochs.map(({ metrics }) => metrics.tensorCount)).size).toBe(1);
    expect(memory().numTensors).toBe(before);
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const first = await collectRun(inlineRunner.start(makeVectorJob().job));
    const second = await collectRun(inlineRunner.start(makeVectorJob().job));
    const { job } = makeVectorJob();
    const other = await collectRun(inlineRunner.start({ ...job, settings: { ...job.settings, seed: 2 } }));
    expect(comparable(second)).toEqual(comparable(first));
    expect(other.finished.scores.margin).not.toEqual(first.finished.scores.margin);
  });
});

describe('progress', () => {
  it('comes at most ten times a second and describes the whole state', async () => {
    const startedAtMs = performance.now();
    const { events } = await collectRun(inlineRunner.start(makeVectorJob({ settings: { epochs: 20 } }).job));
    const progress = events.filter((event): event is TrainingProgress => event.kind === 'progress');
    expect(progress[0]).toMatchObject({
      phase: 'loading',
      engine: 'cpu',
      stepsDone: 0,
      stepsTotal: 120,
      epochCount: 20,
    });
    expect(progress.at(-1)).toMatchObject({ phase: 'ranking', stepsDone: 120, isPaused: false });
    const seconds = (performance.now() - startedAtMs) / 1000;
    // Changes of phase are told at once.
    expect(progress.length).toBeLessThanOrEqual(10 * seconds + 3);
  });
});

describe('pause and resume', () => {
  it('stands still while paused and changes no number', async () => {
    const { job } = makeVectorJob();
    const plain = await collectRun(inlineRunner.start(job));
    const handle = inlineRunner.start(job);
    let wasPaused = false;
    const paused = await collectRun(handle, (event) => {
      if (event.kind === 'epoch-done') handle.pause();
      if (event.kind !== 'progress' || !event.isPaused) return;
      wasPaused = true;
      setTimeout(() => handle.resume(), 20);
    });
    expect(wasPaused).toBe(true);
    expect(comparable(paused)).toEqual(comparable(plain));
  });
});

describe('cancel', () => {
  it.each(['while it trains', 'while it is paused', 'while it ranks'])(
    'ends with the code cancelled %s, and leaves no tensor',
    async (moment) => {
      const { job } = makeVectorJob();
      await collectRun(inlineRunner.start(job));
      const before = memory().numTensors;
      const handle = inlineRunner.start(job);
      const run = collectRun(handle, (event) => {
        if (moment === 'while it trains' && event.kind === 'epoch-done') handle.cancel();
        if (moment === 'while it is paused' && event.kind === 'epoch-done') {
          handle.pause();
          setTimeout(() => handle.cancel(), 20);
        }
        if (moment === 'while it ranks' && event.kind === 'progress' && event.phase === 'ranking') handle.cancel();
      });
      await expect(run).rejects.toMatchObject({ code: 'cancelled' });
      expect(memory().numTensors).toBe(before);
    },
  );

  it('leaves no tensor when the reader just goes away', async () => {
    const { job } = makeVectorJob();
    await collectRun(inlineRunner.start(job));
    const before = memory().numTensors;
    for await (const event of inlineRunner.start(job).events) {
      if (event.kind === 'progress' && event.phase === 'ranking') break;
    }
    expect(memory().numTensors).toBe(before);
  });
});

describe('resuming from a checkpoint', () => {
  it.each([0, 1, 2])('after epoch %i gives the numbers of the uninterrupted run, bit for bit', async (epochIndex) => {
    const { job } = makeVectorJob({ trustedPerClass: 5 });
    const whole = await collectRun(inlineRunner.start(job));
    const checkpoint = whole.epochs[epochIndex]!.checkpoint;
    const rest = await collectRun(inlineRunner.start({ ...job, checkpoint }));
    expect(comparable(rest)).toEqual(comparable({ ...whole, epochs: whole.epochs.slice(epochIndex + 1) }));
  });

  it('restores the augmentation of pictures too', async () => {
    const { job } = makePixelJob({ settings: { augmentation: { shiftPixels: 2, mirror: true } } });
    const whole = await collectRun(inlineRunner.start(job));
    const rest = await collectRun(inlineRunner.start({ ...job, checkpoint: whole.epochs[0]!.checkpoint }));
    expect(comparable(rest)).toEqual(comparable({ ...whole, epochs: whole.epochs.slice(1) }));
  });

  it('refuses a damaged checkpoint, and one of other settings or labels', async () => {
    const { job } = makeVectorJob();
    const { checkpoint } = (await collectRun(inlineRunner.start(job))).epochs[0]!;
    const start = (change: Partial<typeof job>): Promise<unknown> =>
      collectRun(inlineRunner.start({ ...job, checkpoint, ...change }));
    await expect(start({ checkpoint: checkpoint.slice(0, -1) })).rejects.toMatchObject({ code: 'checkpoint-damaged' });
    await expect(start({ settings: { ...job.settings, learningRate: 0.5 } })).rejects.toMatchObject({
      code: 'run-not-resumable',
    });
    await expect(start({ labels: job.labels.with(0, 2 - job.labels[0]!) })).rejects.toMatchObject({
      code: 'run-not-resumable',
    });
  });
});

describe('what cannot be trained', () => {
  it('says in which step the loss became infinite, and at what rate', async () => {
    const { job } = makeVectorJob({
      settings: { learningRate: 100, momentum: 0.99, weightDecay: 1, epochs: 50, schedule: 'constant' },
    });
    await expect(collectRun(inlineRunner.start(job))).rejects.toMatchObject({
      code: 'loss-not-finite',
      message: expect.stringMatching(/epoch \d+, step \d+, at the learning rate 100/) as string,
    });
  });

  it.each([
    ['trusted-set-too-small', { trusted: new Uint32Array(0) }],
    ['classes-too-few', { classCount: 1 }],
    ['dataset-empty', { sampleCount: 0 }],
  ] as const)('refuses with %s', async (code, change) => {
    await expect(collectRun(inlineRunner.start({ ...makeVectorJob().job, ...change }))).rejects.toMatchObject({ code });
  });

  it('takes arrays that do not fit together for the bug that they are', async () => {
    const job = { ...makeVectorJob().job, labels: new Int32Array(3) };
    await expect(collectRun(inlineRunner.start(job))).rejects.toThrow('do not fit together');
  });
});
