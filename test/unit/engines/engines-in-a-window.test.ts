/** The list of engines where WebGPU, and WebAssembly if it is faster there, compute in a hidden window: what is said of them is what was found there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineCheck } from '../../../src-main/core/engine-check.ts';
import { writeCheck } from '../../../src-main/engines/check-records.ts';
import type { CheckedEngine } from '../../../src-main/engines/check-records.ts';
import { createEngineManager } from '../../../src-main/shell-headless/host/engine-manager.ts';

let enginesFolder = '';
beforeEach(() => (enginesFolder = mkdtempSync(path.join(tmpdir(), 'touchstone-window-engines-'))));
afterEach(() => rmSync(enginesFolder, { recursive: true }));

function remember(name: CheckedEngine, engine: EngineCheck['engine'], device: string, imagesPerSecond: number): void {
  const speed = { convolutionGflops: 1, examplesPerSecond: imagesPerSecond, vectorsPerSecond: imagesPerSecond };
  const fields = { versions: {}, passed: true, failure: null, findings: [], memoryBytes: 0, durationMs: 0 };
  writeCheck(enginesFolder, {
    state: 'ended',
    engine: name,
    checkedAtMs: 1,
    check: { engine, device, speed, ...fields },
  });
}

async function listed(hasComputeWindow: boolean) {
  const check = () => Promise.reject(new Error('Nothing is checked here.'));
  const manager = createEngineManager({ enginesFolder, check, hasComputeWindow, packAddress: () => null });
  const { engines, next } = await manager.list(false);
  const deviceOf = (name: string) => engines.find((engine) => engine.name === name)?.lastCheck?.device ?? null;
  return { webgpu: deviceOf('webgpu'), wasm: deviceOf('wasm'), next: next.name };
}

it('names the faster place of WebAssembly, and the card that the window has', async () => {
  remember('webgpu-window', 'webgpu', 'a card', 500);
  remember('wasm', 'wasm', '1 thread', 100);
  remember('wasm-window', 'wasm', '4 threads', 200);
  expect(await listed(true)).toEqual({ webgpu: 'a card', wasm: '4 threads', next: 'webgpu' });
  expect(await listed(false)).toMatchObject({ webgpu: null, wasm: '1 thread' });
});

it('names the thread where the window is slower', async () => {
  remember('webgpu-window', 'webgpu', 'a slow card', 10);
  remember('wasm', 'wasm', '1 thread', 100);
  remember('wasm-window', 'wasm', '2 threads', 90);
  expect(await listed(true)).toEqual({ webgpu: 'a slow card', wasm: '1 thread', next: 'wasm' });
});
