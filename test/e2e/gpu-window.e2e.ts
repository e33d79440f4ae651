/**
 * The page of the hidden window, as it is built for Electron, in headless Chromium: its Web Worker trains on Chromium's own WebGPU
 * (here in software, SwiftShader), driven over a message port by the very runner that Electron's host uses.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import sirv from 'sirv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineCheck } from '../../src-main/core/engine-check.ts';
import type { EpochDone, TrainingJob } from '../../src-main/services/ports/training-runner.ts';
import { desktopPageHeaders } from '../../src-main/shell-headless/http/response-headers.ts';
import { checkInGpuWindow, startGpuPeer } from '../../src-main/shell-electron/gpu-peer.ts';
import { createInlineRunner } from '../../src-main/training/inline-runner.ts';
import { createPeerRunner } from '../../src-main/training/worker-runner.ts';
import { collectRun } from '../factories/collect-run.ts';
import { makeVectorJob } from '../factories/make-training-job.ts';
import { findChromium } from './find-chromium.ts';
import { openPortToPage } from './page-port.ts';

const flags = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
const program = findChromium();
if (program === null && process.env['CI'])
  throw new Error('The hidden window must be tested here, but there is no Chromium.');
let browser: Browser;
let server: Server;
const pages: Page[] = [];

/** What Electron's main process does with a hidden window. */
async function openWindow() {
  const page = await browser.newPage();
  pages.push(page);
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://localhost:${port}/gpu-window.html`);
  return openPortToPage(page);
}

const runner = createPeerRunner({ createPeer: () => startGpuPeer(openWindow), patienceMs: 3_000 });

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
  if (program === null) return;
  browser = await chromium.launch({ executablePath: program, args: flags });
  const serve = sirv(path.resolve(import.meta.dirname, '../../out/renderer'));
  server = createServer((request, response) => {
    for (const [name, value] of Object.entries(desktopPageHeaders)) response.setHeader(name, value);
    serve(request, response);
  }).listen(0, 'localhost');
  await once(server, 'listening');
});

afterAll(async () => {
  if (program === null) return;
  await browser.close();
  server.close();
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
    await expect.poll(() => pages.at(-1)?.isClosed()).toBe(true);
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
      if (kind === 'epoch-done') await pages.at(-1)?.close();
    });
    await expect(run).rejects.toMatchObject({ code: 'worker-crashed' });
  });

  it('passes its self-check, but is no choice for auto while its card is software', async () => {
    const noOthers = async (): Promise<EngineCheck> => Promise.reject(new Error('Only WebGPU is asked for.'));
    const check = await checkInGpuWindow(openWindow, noOthers)({ engine: 'webgpu', enginesFolder: null });
    expect(check).toMatchObject({ engine: 'webgpu', passed: true, failure: null });
    expect(check.reservation).toContain('driver');
    const auto = collectRun(runner.start(makeJob('auto')));
    await expect(auto).rejects.toMatchObject({ code: 'engine-unavailable' });
  });
});
