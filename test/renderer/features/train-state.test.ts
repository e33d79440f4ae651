import { beforeEach, describe, expect, it } from 'vitest';
import type { TrainingState } from '../../../src-main/contract/payloads.ts';
import type { RunId } from '../../../src-main/core/dataset/sample.ts';
import { jobSentence } from '../../../src-renderer/features/frame/job-sentence.ts';
import { compareSettings } from '../../../src-renderer/features/train/run-comparison.svelte.ts';
import { TrainState } from '../../../src-renderer/features/train/train-state.svelte.ts';
import {
  accuracySentence,
  decisionLines,
  engineSentence,
  promiseSentence,
  suspectWords,
} from '../../../src-renderer/features/train/train-words.ts';
import { fakeEpochs } from '../fake-work.ts';
import { openWork } from './open-work.ts';
import type { OpenWork } from './open-work.ts';
import { settle } from './open-review.ts';

let open: OpenWork;
let train: TrainState;

beforeEach(async () => {
  open = await openWork();
  open.work.runs = [open.work.run({ runId: 2 as RunId, status: 'interrupted', epochsDone: 4 }), open.work.run()];
  train = new TrainState(open.app, open.api.project.projectId);
  train.start();
  await train.load();
});

function live(change: Partial<TrainingState> = {}): TrainingState {
  return {
    ...{ runId: 9 as RunId, phase: 'training', engine: 'wasm', device: 'CPU', epochIndex: 3, epochCount: 12 },
    ...{ decision: null, memoryBytes: null, suspects: [] },
    ...{ examplesPerSecond: 900, trainingLoss: 0.5, trustedLoss: 0.4, isPaused: false, epochs: fakeEpochs(3) },
    ...change,
  };
}

describe('starting', () => {
  it('sends nothing that was not changed', async () => {
    await train.train();
    expect(open.asked('train/start')).toEqual([{ projectId: 'fake', settings: {} }]);
  });

  it('sends what was changed, and knows how the time changes with it', async () => {
    train.form.type('epochs', '24');
    train.form.type('learningRate', '0,02');
    train.form.choose({ engine: 'wasm' });
    expect(train.estimatedSeconds).toBe(96);
    await train.train();
    expect(open.asked('train/start')).toMatchObject([{ settings: { epochs: 24, learningRate: 0.02, engine: 'wasm' } }]);
  });

  it('is refused where a setting makes no sense, in the words of the host', async () => {
    train.form.type('epochs', '0');
    train.form.type('seed', 'x');
    expect(Object.keys(train.form.errors)).toEqual(['epochs', 'seed']);
    expect(train.form.errors.epochs).toContain('from 1');
    expect(train.form.errors.seed).toBe('Give a number.');
    await train.train();
    expect(open.asked('train/start')).toEqual([]);
    await train.clearForm();
    expect(train.form.isValid).toBe(true);
  });

  it('takes the defaults of another network in place of numbers typed for the old', async () => {
    train.form.type('epochs', '24');
    await train.chooseNetwork('small-cnn');
    expect(open.asked('train/defaults').at(-1)).toMatchObject({ network: 'small-cnn' });
    expect(train.form.textOf('epochs')).toBe('12');
    expect(train.form.settings()).toEqual({ network: 'small-cnn' });
  });
});

describe('a run', () => {
  it('shows its charts live, can be paused, go on and be stopped', async () => {
    await train.train();
    const { jobId } = open.work.newest('training');
    open.work.change(jobId, { training: live() });
    expect(train.epochs).toHaveLength(3);
    await train.togglePause();
    expect(train.live?.isPaused).toBe(true);
    await train.togglePause();
    expect(train.live?.isPaused).toBe(false);
    await train.cancel();
    await settle();
    expect(train.training.isRunning).toBe(false);
    expect(open.app.notice?.text).toContain('can go on');
  });

  it('cannot be paused before it trains', async () => {
    await train.train();
    open.work.change(open.work.newest('training').jobId, { training: live({ phase: 'loading' }) });
    await train.togglePause();
    expect(open.asked('job/pause')).toEqual([]);
  });

  it('is found again after the page was loaded anew', async () => {
    await train.train();
    open.work.change(open.work.newest('training').jobId, { training: live() });
    const { app } = open;
    const again = new TrainState(app, open.api.project.projectId);
    again.start();
    expect(again.training.isRunning).toBe(true);
    expect(again.epochs).toHaveLength(3);
  });

  it('leaves its charts behind when it is done', async () => {
    await train.train();
    open.work.finish('training', open.work.runDetail(9 as RunId, 12));
    await settle();
    expect(train.training.isRunning).toBe(false);
    expect(train.shown?.runId).toBe(9);
    expect(train.epochs).toHaveLength(12);
  });

  it('keeps its failure on the page', async () => {
    await train.train();
    const error = { code: 'loss-not-finite', message: 'The loss is not a number.', details: {} } as const;
    open.work.change(open.work.newest('training').jobId, { status: 'failed', error });
    expect(train.training.failure?.code).toBe('loss-not-finite');
  });

  it('goes on from where it was interrupted', async () => {
    const [interrupted, finished] = train.runs;
    expect(interrupted && train.isResumable(interrupted)).toBe(true);
    expect(finished && train.isResumable(finished)).toBe(false);
    await train.resumeRun(2 as RunId);
    expect(open.asked('train/resume')).toEqual([{ projectId: 'fake', runId: 2 }]);
    expect(interrupted && train.isResumable(interrupted)).toBe(false);
  });
});

describe('comparing runs', () => {
  it('puts the settings that differ first', () => {
    const left = open.work.run();
    const right = open.work.run({ settings: { ...left.settings, seed: 5 } });
    const rows = compareSettings([left, right]);
    expect(rows[0]).toEqual({ name: 'Seed', left: '1', right: '5', isSame: false });
    expect(rows.filter(({ isSame }) => !isSame)).toHaveLength(1);
  });

  it('asks for the agreement of two finished runs only', async () => {
    const { comparison, runs } = train;
    await comparison.toggle(2 as RunId, runs);
    await comparison.toggle(1 as RunId, runs);
    expect(comparison.pair(runs)?.map(({ runId }) => runId)).toEqual([2, 1]);
    expect(open.asked('review/compare-runs')).toEqual([]);
    const finished = runs.map((run) => ({ ...run, status: 'finished' as const }));
    await comparison.toggle(1 as RunId, finished);
    await comparison.toggle(1 as RunId, finished);
    expect(comparison.agreement?.correlation).toBe(0.91);
  });

  it('holds two runs at most', async () => {
    const runs = [1, 2, 3].map((runId) => open.work.run({ runId: runId as RunId }));
    for (const { runId } of runs) await train.comparison.toggle(runId, runs);
    expect(train.comparison.chosen).toEqual([2, 3]);
  });
});

describe('the words', () => {
  it('say where a run computes, in how much memory, and why not somewhere better', () => {
    const state = live({
      device: 'WebAssembly with SIMD, 1 thread',
      memoryBytes: 48_000_000,
      decision: {
        reason: 'wasm: the best of those that work here; 1 did not.',
        passedOver: [{ engine: 'webgpu', reason: 'No graphics card was found.' }],
      },
    });
    expect(engineSentence(state)).toBe('WebAssembly with SIMD, 1 thread; 48 MB of memory');
    expect(engineSentence({ ...state, memoryBytes: null })).toBe('WebAssembly with SIMD, 1 thread');
    expect(decisionLines(state)).toEqual([
      'wasm: the best of those that work here; 1 did not.',
      'WebGPU: No graphics card was found.',
    ]);
    expect(decisionLines(live())).toEqual([]);
  });

  it('say of a suspect what is wrong with it', () => {
    const [sample] = open.api.project.page({ by: 'suspicion', filter: {} }, 0, 1).rows;
    if (!sample) throw new Error('The fake project has images.');
    const [first, second] = open.app.project?.classes ?? [];
    if (!first || !second) throw new Error('The fake project has classes.');
    const suspect = { sample, classId: first.classId, answeredClassId: second.classId };
    expect(suspectWords(suspect, train.nameOf)).toEqual({
      label: first.name,
      answer: `\u2192 ${second.name}`,
      sentence: `Labelled ${first.name}; the network answers ${second.name}`,
    });
    expect(suspectWords({ ...suspect, answeredClassId: first.classId }, train.nameOf).answer).toBe('unsure');
  });

  it('promise a time, or say that nobody knows', () => {
    expect(promiseSentence(48)).toMatch(/^About 50 seconds/);
    expect(promiseSentence(null)).toContain('after the first run');
  });

  it('say when nothing could be held back for a test', () => {
    const epochs = fakeEpochs(2).map((metrics) => ({ ...metrics, trustedAccuracy: null }));
    expect(accuracySentence(epochs)).toContain('Too few');
    expect(accuracySentence([])).toContain('first epoch');
  });
});

describe('the line that says what a training does', () => {
  it('counts while vectors are computed, then tells epochs and speed', async () => {
    await train.train();
    const job = open.work.newest('training');
    const at = (training: TrainingState, change: Partial<typeof job> = {}) =>
      jobSentence({ ...job, training, ...change });
    const computing = { stage: 'Computing vectors', done: 640, total: 2527, secondsLeft: null };
    expect(at(live({ phase: 'preparing' }), computing)).toBe('Computing vectors: 640 of 2,527');
    expect(at(live(), { stage: 'Training', secondsLeft: 40 })).toBe(
      'Training: epoch 4 of 12, 900 images per second, about 40 seconds left',
    );
    expect(at(live({ phase: 'ranking' }), { stage: 'Ranking', secondsLeft: null })).toBe('Ranking');
  });
});
