/**
 * The page of the hidden window, as it is built for Electron and with the headers it has there, in headless Chromium: its Web Worker
 * trains on Chromium's own WebGPU (here in software, SwiftShader) and on WebAssembly's threads, driven over a message port by the very
 * runner that Electron's host uses.
 */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineCheck, WindowEngine } from '../../src-main/core/engine-check.ts';
import type { EpochDone, TrainingJob } from '../../src-main/services/ports/training-runner.ts';
import { checkInComputeWindow, startComputePeer } from '../../src-main/shell-electron/compute-peer.ts';
import { createInlineRunner } from '../../src-main/training/inline-runner.ts';
import { createPeerRunner } from '../../src-main/training/worker-runner.ts';
import { collectRun } from '../factories/collect-run.ts';
import { makePixelJob, makeVectorJob } from '../factories/make-training-job.ts';
import { findChromium } from './find-chromium.ts';
import { startHiddenPages, type HiddenPages } from './hidden-pages.ts';

const program = findChromium();
if (program === null && process.env['CI'])
  throw new Error('The hidden window must be tested here, but there is no Chromium.');
let hidden: HiddenPages;
const openWindow = () => hidden.open();
const openPlainWindow = () => hidden.openPlain();

function runnerIn(open: typeof openWindow, engine: WindowEngine) {
  return createPeerRunner({ createPeer: () => startComputePeer(open, engine), patienceMs: 3_000 });
}

const runner = runnerIn(openWindow, 'webgpu');

/** `uniform` makes the three passes of every step too, and is ranked by its margins: a ranking takes minutes on this device. */
function makeJob(
  engine: TrainingJob['settings']['engine'] = 'webgpu',
  method: TrainingJob['settings']['method'] = 'uniform',
): TrainingJob {
  return makeVectorJob({ sampleCount: 60, settings: { engine, method, epochs: 3 } }).job;
}

/** Largest difference where there are numbers. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const scored = Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Infinity))).filter((gap) => !Number.isNaN(gap));
  expect(scored.length).toBeGreaterThan(40);
  return Math.max(...scored);
}

beforeAll(async () => {
  if (program !== null) hidden = await startHiddenPages(program);
});

afterAll(async () => {
  if (program !== null) await hidden.close();
});

describe.skipIf(program === null)('the hidden window (needs Chromium)', () => {
  it('trains as WebAssembly does, pause and resume included, and closes behind itself', async () => {
    const handle = runner.start(makeJob());
    const seen: string[] = [];
    const run = await collectRun(handle, async (event) => {
      if (event.kind === 'progress') seen.push(`${event.engine}: ${event.device}`);
      if (event.kind !== 'epoch-done') return;
      handle.pause();
      handle.resume();
    });
    expect(seen[0]).toMatch(/^webgpu: .*swiftshader.*in software/i);
    expect(run.finished.versions).toMatchObject({ engine: 'webgpu', chromium: expect.any(String) as string });
    const wasm = await collectRun(createInlineRunner().start(makeJob('wasm')));
    for (const name of ['suspicion', 'alignment', 'margin'] as const)
      expect(difference(wasm.finished.scores[name], run.finished.scores[name])).toBeLessThan(1e-3);
    await expect.poll(() => hidden.pages.at(-1)?.isClosed()).toBe(true);
  });

  it('takes a run up from its checkpoint, and ends with the same numbers', async () => {
    const whole = await collectRun(runner.start(makeJob()));
    const rest = await collectRun(runner.start({ ...makeJob(), checkpoint: whole.epochs[1]!.checkpoint }));
    expect(rest.finished.scores).toEqual(whole.finished.scores);
  });

  it('weighs as WebAssembly does, and can be cancelled', async () => {
    const epochs: EpochDone[] = [];
    for (const [engine, start] of [
      ['webgpu', runner],
      ['wasm', createInlineRunner()],
    ] as const) {
      const handle = start.start(makeJob(engine, 'l2rw'));
      const run = collectRun(handle, async (event) => {
        if (event.kind !== 'epoch-done') return;
        epochs.push(event);
        handle.cancel();
      });
      await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    }
    const [ours, wasm] = epochs.map(({ signals }) => signals);
    expect(difference(wasm!.alignment, ours!.alignment)).toBeLessThan(1e-3);
    expect(difference(wasm!.weight, ours!.weight)).toBeLessThan(1e-3);
  });

  it('that crashes is reported, never silence', async () => {
    const handle = runner.start(makeJob());
    const run = collectRun(handle, async ({ kind }) => {
      if (kind === 'epoch-done') await hidden.pages.at(-1)?.close();
    });
    await expect(run).rejects.toMatchObject({ code: 'worker-crashed' });
  });

  it('passes its self-check, but is no choice for auto while its card is software', async () => {
    const noOthers = async (): Promise<EngineCheck> => Promise.reject(new Error('Only WebGPU is asked for.'));
    const check = await checkInComputeWindow(openWindow, noOthers)({ engine: 'webgpu', enginesFolder: null });
    expect(check).toMatchObject({ engine: 'webgpu', passed: true, failure: null });
    expect(check.reservation).toContain('driver');
    const auto = collectRun(runner.start(makeJob('auto')));
    await expect(auto).rejects.toMatchObject({ code: 'engine-unavailable' });
  });
});

/** A run's epochs; its ranking is not waited for. */
async function trainIn(open: typeof openWindow | null, job: TrainingJob) {
  const handle = (open === null ? createInlineRunner() : runnerIn(open, 'wasm')).start(job);
  const devices = new Set<string>();
  const epochs: EpochDone[] = [];
  const run = collectRun(handle, (event) => {
    if (event.kind === 'progress') devices.add(event.device);
    if (event.kind === 'epoch-done') epochs.push(event);
    if (epochs.length === job.settings.epochs) handle.cancel();
  });
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  return { epochs, devices: [...devices] };
}

/** The largest of any signal in any epoch, by the largest value of that signal in that epoch. */
function relativeDifference(epochs: readonly EpochDone[], others: readonly EpochDone[]): number {
  const differences = epochs.flatMap(({ signals }, epoch) =>
    (['weight', 'alignment', 'margin', 'loss'] as const).map((name) => {
      const largest = Math.max(...signals[name].filter((value) => !Number.isNaN(value)).map(Math.abs));
      return difference(signals[name], others[epoch]!.signals[name]) / largest;
    }),
  );
  return Math.max(...differences);
}

const threads =
  availableParallelism() > 1 ? /^WebAssembly with SIMD, [2-8] threads$/ : /, 1 thread: this computer has one core$/;

describe.skipIf(program === null)('WebAssembly in the hidden window (needs Chromium)', () => {
  it.each([
    ['pictures', makePixelJob({ sampleCount: 60, settings: { engine: 'wasm', epochs: 2 } }).job],
    ['vectors', makeJob('wasm', 'l2rw')],
  ])('computes with threads what one thread computes: %s', async (_name, job) => {
    const many = await trainIn(openWindow, job);
    const one = await trainIn(openPlainWindow, job);
    const node = await trainIn(null, job);
    expect(many.devices).toEqual([expect.stringMatching(threads)]);
    if (availableParallelism() > 1)
      expect(one.devices).toEqual(['WebAssembly with SIMD, 1 thread: its page is not isolated from others']);
    expect(node.devices).toEqual(['WebAssembly with SIMD, 1 thread']);
    expect(relativeDifference(many.epochs, one.epochs)).toBeLessThan(1e-5);
    // Node multiplies matrices with other code, and a network learns on from what rounding left.
    expect(relativeDifference(many.epochs, node.epochs)).toBeLessThan(1e-3);
  });

  it('passes its self-check, a whole L2RW step against float64 among it, in the thread and in the window', async () => {
    const inThread: EngineCheck = { passed: true, speed: { examplesPerSecond: 0 } } as EngineCheck;
    const check = checkInComputeWindow(openWindow, () => Promise.resolve(inThread));
    const found = await check({ engine: 'wasm', enginesFolder: null });
    expect(found).toMatchObject({ passed: true, device: expect.stringMatching(threads) as string });
    expect(found.findings.filter(({ name }) => name.startsWith('L2RW step')).length).toBeGreaterThan(2);
  });
});
