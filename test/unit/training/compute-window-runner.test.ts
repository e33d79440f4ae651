/** Where a run computes when there is a hidden window beside the thread: by what was measured in each, and by what starts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import type { EngineCheck } from '../../../src-main/core/engine-check.ts';
import { knownAbsence, writeCheck } from '../../../src-main/engines/check-records.ts';
import type { CheckedEngine } from '../../../src-main/engines/check-records.ts';
import type { CheckRequest } from '../../../src-main/engines/run-check.ts';
import type {
  TrainingEvent,
  TrainingHandle,
  TrainingJob,
  TrainingRunner,
} from '../../../src-main/services/ports/training-runner.ts';
import { createComputeWindowRunner } from '../../../src-main/training/compute-window-runner.ts';
import { makeVectorJob } from '../../factories/make-training-job.ts';

let enginesFolder = '';
let asked: string[] = [];
beforeEach(() => {
  enginesFolder = mkdtempSync(path.join(tmpdir(), 'touchstone-window-'));
  asked = [];
});
afterEach(() => rmSync(enginesFolder, { recursive: true }));

const noCard = new TouchstoneError(
  'engine-unavailable',
  'No engine for the setting "auto" starts here. webgpu: No graphics card was found.',
);

/** Images a second that the self-checks measure; null: it is not there. */
type Speeds = Partial<Readonly<Record<CheckedEngine, number | null>>>;

function runnerNamed(name: string, engine: string, failure: Error | null = null): TrainingRunner {
  return {
    start: (): TrainingHandle => {
      asked.push(name);
      const note = (what: string) => () => void asked.push(`${name} ${what}`);
      const events = eventsOf(engine, failure);
      return { pause: note('pause'), resume: note('resume'), cancel: note('cancel'), events };
    },
  };
}

async function* eventsOf(engine: string, failure: Error | null): AsyncGenerator<TrainingEvent> {
  await Promise.resolve();
  if (failure !== null) throw failure;
  yield {
    ...{ kind: 'progress', phase: 'loading', engine, device: 'none', memoryBytes: 0, epochIndex: 0, epochCount: 1 },
    ...{ decision: { reason: `${engine}.`, passedOver: [] }, stepsDone: 0, stepsTotal: 1, examplesPerSecond: 0 },
    ...{ secondsLeft: null, trainingLoss: null, trustedLoss: null, isPaused: false },
  };
}

/** What a check leaves behind, in the thread and in the window. */
function checkFinding(speeds: Speeds) {
  return (request: CheckRequest, signal?: AbortSignal): Promise<EngineCheck> => {
    asked.push(`check ${request.engine}`);
    if (signal?.aborted === true) throw new TouchstoneError('cancelled', 'Cancelled.');
    for (const name of [request.engine, `${request.engine}-window`] as CheckedEngine[]) {
      const speed = speeds[name];
      if (speed === undefined) continue;
      if (speed === null)
        writeCheck(enginesFolder, { state: 'absent', engine: name, foundAtMs: Date.now(), reason: `No ${name}.` });
      else
        writeCheck(enginesFolder, {
          state: 'ended',
          engine: name,
          checkedAtMs: 1,
          check: checkOf(request.engine, speed),
        });
    }
    return Promise.resolve(checkOf(request.engine, 0));
  };
}

function checkOf(engine: EngineCheck['engine'], examplesPerSecond: number): EngineCheck {
  const speed = { convolutionGflops: 1, examplesPerSecond, vectorsPerSecond: examplesPerSecond };
  const fields = { engine, device: 'none', versions: {}, passed: true, failure: null, findings: [], memoryBytes: 0 };
  return { ...fields, speed, durationMs: 0 };
}

function startRun(
  engine: TrainingJob['settings']['engine'],
  speeds: Speeds,
  failure: Error | null = null,
): TrainingHandle {
  const runner = createComputeWindowRunner({
    thread: runnerNamed('thread', 'wasm'),
    window: (name) => runnerNamed(`${name} window`, name, failure),
    check: checkFinding(speeds),
    enginesFolder,
  });
  return runner.start(makeVectorJob({ settings: { engine } }).job);
}

/** The first word of a run, and where it computed. */
async function placesOf(...run: Parameters<typeof startRun>) {
  const events: TrainingEvent[] = [];
  for await (const event of startRun(...run).events) events.push(event);
  const [event] = events;
  return { event: event?.kind === 'progress' ? event : null, runs: asked.filter((what) => !what.startsWith('check')) };
}

const slowThreads: Speeds = { 'webgpu-window': null, wasm: 100, 'wasm-window': 110 };

describe('a run', () => {
  it('computes on the graphics card where that was measured fastest, and says what would be better still', async () => {
    const { event, runs } = await placesOf('auto', { 'webgpu-window': 300, wasm: 100, 'wasm-window': 180 });
    expect(runs).toEqual(['webgpu window']);
    expect(event?.decision.passedOver[0]?.reason).toContain('engines install tensorflow');
    expect(event?.decision.reason).toContain('3.0 times as fast as wasm on one thread');
  });

  it('computes in the thread where the card is slower, and no window is clearly faster', async () => {
    const { event, runs } = await placesOf('auto', { 'webgpu-window': 20, wasm: 100, 'wasm-window': 110 });
    expect(runs).toEqual(['thread']);
    expect(event?.decision.reason).toContain('5.0 times as fast as webgpu, 0.9 times as fast as wasm in a window');
  });

  it('computes with threads where they are clearly faster than one, also when WebAssembly was asked for', async () => {
    const speeds: Speeds = { 'webgpu-window': null, wasm: 100, 'wasm-window': 180 };
    const { event, runs } = await placesOf('auto', speeds);
    expect(runs).toEqual(['wasm window']);
    expect(event?.decision.passedOver.map(({ reason }) => reason)).toContain('No webgpu-window.');
    asked = [];
    expect((await placesOf('wasm', speeds)).runs).toEqual(['wasm window']);
  });

  it('is measured for once', async () => {
    await placesOf('auto', slowThreads);
    expect(asked).toEqual(['check webgpu', 'check wasm', 'thread']);
    asked = [];
    await placesOf('auto', slowThreads);
    expect(asked).toEqual(['thread']);
  });

  it('has a card that was the processor looked for again after a day: its driver may be there by now', async () => {
    const check = { ...checkOf('webgpu', 5), reservation: 'Only the processor.' };
    const remember = (checkedAtMs: number) =>
      writeCheck(enginesFolder, { state: 'ended', engine: 'webgpu-window', checkedAtMs, check });
    await placesOf('auto', { wasm: 100, 'wasm-window': 110 });
    remember(Date.now());
    asked = [];
    const { event } = await placesOf('auto', {});
    expect(asked).toEqual(['thread']);
    expect(event?.decision.passedOver.map(({ reason }) => reason)).toContain('Only the processor.');
    remember(Date.now() - 25 * 3600 * 1000);
    asked = [];
    expect((await placesOf('auto', { 'webgpu-window': 300 })).runs).toEqual(['webgpu window']);
    expect(asked).toEqual(['check webgpu', 'webgpu window']);
  });

  it('goes on where it is next best when its window refuses, and does not try that one again that day', async () => {
    const speeds: Speeds = { 'webgpu-window': 300, wasm: 100, 'wasm-window': 110 };
    expect((await placesOf('auto', speeds, noCard)).runs).toEqual(['webgpu window', 'thread']);
    expect(knownAbsence(enginesFolder, 'webgpu-window')).toBe('No graphics card was found.');
    asked = [];
    expect((await placesOf('auto', speeds, noCard)).runs).toEqual(['thread']);
  });

  it('that asks for webgpu is refused rather than computed elsewhere, and nothing is measured for it', async () => {
    await expect(placesOf('webgpu', slowThreads, noCard)).rejects.toBe(noCard);
    expect(asked).toEqual(['webgpu window']);
  });

  it('that asks for another engine never opens a window', async () => {
    await placesOf('cpu', slowThreads);
    expect(asked).toEqual(['thread']);
  });

  it('whose window crashes is reported, not begun again elsewhere', async () => {
    const crash = new TouchstoneError('worker-crashed', 'The window ended.');
    await expect(placesOf('auto', { 'webgpu-window': 300, wasm: 100 }, crash)).rejects.toBe(crash);
    expect(asked.slice(-1)).toEqual(['webgpu window']);
  });

  it('can be cancelled while it is measured for, and paused before it has begun', async () => {
    const cancelled = startRun('auto', slowThreads);
    cancelled.cancel();
    await expect(cancelled.events[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked).toEqual(['check webgpu']);
    asked = [];
    const paused = startRun('wasm', slowThreads);
    paused.pause();
    await paused.events[Symbol.asyncIterator]().next();
    expect(asked.slice(-2)).toEqual(['thread', 'thread pause']);
  });
});
