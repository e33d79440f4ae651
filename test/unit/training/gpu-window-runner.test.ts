/** Where a run computes when there may be a window with a graphics card: the window, or the thread after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import { knownAbsence } from '../../../src-main/engines/check-records.ts';
import type {
  TrainingEvent,
  TrainingHandle,
  TrainingJob,
  TrainingRunner,
} from '../../../src-main/services/ports/training-runner.ts';
import { createGpuWindowRunner } from '../../../src-main/training/gpu-window-runner.ts';
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

function runnerNamed(name: string, failure: Error | null = null): TrainingRunner {
  return {
    start: (): TrainingHandle => {
      asked.push(name);
      const note = (what: string) => () => void asked.push(`${name} ${what}`);
      return { pause: note('pause'), resume: note('resume'), cancel: note('cancel'), events: eventsOf(name, failure) };
    },
  };
}

async function* eventsOf(name: string, failure: Error | null): AsyncGenerator<TrainingEvent> {
  await Promise.resolve();
  if (failure !== null) throw failure;
  yield {
    ...{
      kind: 'progress',
      phase: 'loading',
      engine: name,
      device: 'none',
      memoryBytes: 0,
      epochIndex: 0,
      epochCount: 1,
    },
    ...{ decision: { reason: `${name}.`, passedOver: [] }, stepsDone: 0, stepsTotal: 1, examplesPerSecond: 0 },
    ...{ secondsLeft: null, trainingLoss: null, trustedLoss: null, isPaused: false },
  };
}

async function enginesUsed(engine: TrainingJob['settings']['engine'], failure: Error | null = null) {
  const options = { thread: runnerNamed('thread'), window: runnerNamed('window', failure), enginesFolder };
  const handle = createGpuWindowRunner(options).start(makeVectorJob({ settings: { engine } }).job);
  const events: TrainingEvent[] = [];
  for await (const event of handle.events) events.push(event);
  return events.map((event) => (event.kind === 'progress' ? event : null));
}

describe('a run', () => {
  it('computes in the window where that works, and says what would be better still', async () => {
    const [event] = await enginesUsed('auto');
    expect(asked).toEqual(['window']);
    expect(event?.decision.passedOver[0]?.reason).toContain('engines install tensorflow');
  });

  it('goes on in the thread where there is no card, and does not look for one again that day', async () => {
    const [event] = await enginesUsed('auto', noCard);
    expect([event?.engine, asked]).toEqual(['thread', ['window', 'thread']]);
    expect(knownAbsence(enginesFolder, 'webgpu')).toBe('No graphics card was found.');
    await enginesUsed('auto', noCard);
    expect(asked).toEqual(['window', 'thread', 'thread']);
  });

  it('that asks for webgpu is refused rather than computed elsewhere', async () => {
    await expect(enginesUsed('webgpu', noCard)).rejects.toBe(noCard);
    expect(asked).toEqual(['window']);
  });

  it('that asks for another engine never opens a window', async () => {
    await enginesUsed('wasm');
    expect(asked).toEqual(['thread']);
  });

  it('whose window crashes is reported, not begun again elsewhere', async () => {
    const crash = new TouchstoneError('worker-crashed', 'The window ended.');
    await expect(enginesUsed('auto', crash)).rejects.toBe(crash);
    expect(asked).toEqual(['window']);
  });
});
