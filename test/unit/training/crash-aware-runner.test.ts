/** Which runs get a process of their own: those whose engine may bring native code along that ends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineChoice } from '../../../src-main/core/reweight/run-settings.ts';
import { writeCheck } from '../../../src-main/engines/check-records.ts';
import { whyNoVulkan } from '../../../src-main/engines/webgpu/vulkan-loader.ts';
import type { TrainingRunner } from '../../../src-main/services/ports/training-runner.ts';
import { createCrashAwareRunner } from '../../../src-main/training/crash-aware-runner.ts';
import { makeVectorJob } from '../../factories/make-training-job.ts';

let enginesFolder = '';
beforeEach(() => void (enginesFolder = mkdtempSync(path.join(tmpdir(), 'touchstone-crashes-'))));
afterEach(() => rmSync(enginesFolder, { recursive: true }));

/** Where a run with this engine starts. */
function placeOf(engine: EngineChoice): string {
  const started: string[] = [];
  const runnerNamed = (name: string): TrainingRunner => ({
    start: () => {
      started.push(name);
      const nothing = () => undefined;
      return { pause: nothing, resume: nothing, cancel: nothing, events: (async function* () {})() };
    },
  });
  const runner = createCrashAwareRunner({
    thread: runnerNamed('thread'),
    process: runnerNamed('process'),
    enginesFolder,
  });
  runner.start(makeVectorJob({ settings: { engine } }).job);
  return started.join();
}

describe('a run', () => {
  it('has a process of its own on a native engine, and a thread on the app’s own', () => {
    expect(placeOf('tensorflow')).toBe('process');
    expect(placeOf('webgpu')).toBe('process');
    expect(placeOf('wasm')).toBe('thread');
    expect(placeOf('cpu')).toBe('thread');
  });

  it('on whatever is best has a process before a graphics card was looked for, unless the system cannot have any', () => {
    expect(placeOf('auto')).toBe(whyNoVulkan() === null ? 'process' : 'thread');
  });

  it('on whatever is best has a thread where no graphics card was found today', () => {
    const found = { foundAtMs: Date.now(), reason: 'No card.' };
    writeCheck(enginesFolder, { state: 'absent', engine: 'webgpu', ...found });
    expect(placeOf('auto')).toBe('thread');
  });
});
