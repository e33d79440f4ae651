import { getBackend, memory, square, tensor } from '@tensorflow/tfjs-core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { explainDecision } from '../../../src-main/core/engine-check.ts';
import type { EngineCheck } from '../../../src-main/core/engine-check.ts';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import type { EngineChoice } from '../../../src-main/core/reweight/run-settings.ts';
import { readCheck, writeCheck } from '../../../src-main/engines/check-records.ts';
import { chooseEngine } from '../../../src-main/engines/choose-engine.ts';
import type { ChosenEngine } from '../../../src-main/engines/choose-engine.ts';
import { cpuEngine } from '../../../src-main/engines/cpu-engine.ts';
import type { Engine, ReadyEngine } from '../../../src-main/engines/engine.ts';
import type { EngineEnvironment } from '../../../src-main/engines/known-engines.ts';
import { noEnginesFolder } from '../../../src-main/engines/known-engines.ts';
import { measuredSpeeds } from '../../../src-main/engines/measured-speeds.ts';
import { startChosen } from '../../../src-main/engines/start-chosen.ts';
import { startTrusted } from '../../../src-main/engines/trusted-engine.ts';
import { wasmEngine } from '../../../src-main/engines/wasm/node-wasm-engine.ts';

function choose(
  choice: EngineChoice,
  environment: EngineEnvironment,
  engines: readonly Engine[],
): Promise<ChosenEngine> {
  return chooseEngine(choice, { engines, startTrusted: (engine) => startTrusted(engine, environment) });
}

const broken: Engine = {
  name: 'wasm',
  isNative: false,
  start: () => Promise.reject(new TouchstoneError('engine-unavailable', 'No SIMD here.')),
};

test('auto takes WebAssembly where nothing is installed, and says what would be better', async () => {
  const { engine, decision } = await startChosen('auto');
  expect(engine.name).toBe('wasm');
  expect(getBackend()).toBe('wasm');
  expect(engine.device).toMatch(/^WebAssembly with SIMD, \d+ threads?$/);
  expect(engine.versions['@tensorflow/tfjs-backend-wasm']).toMatch(/^4\./);
  expect(decision.reason).toContain('the best of those that work here');
  const why = new Map(decision.passedOver.map((other) => [other.engine, other.reason]));
  expect(why.get('tensorflow')).toContain('touchstone engines install tensorflow');
  // With Debian's Chromium there is a device in software, without it none: neither beats WebAssembly.
  expect(why.get('webgpu')).toMatch(/driver/);
  engine.dispose();
});

test('auto falls back and says why', async () => {
  const { engine, decision } = await choose('auto', noEnginesFolder, [broken, cpuEngine]);
  expect(engine.name).toBe('cpu');
  expect(decision.reason).toContain('1 did not');
  expect(decision.passedOver).toEqual([{ engine: 'wasm', reason: 'No SIMD here.' }]);
  expect(explainDecision(decision)).toContain('Not wasm: No SIMD here.');
  engine.dispose();
});

test('a named engine is taken or refused, never replaced', async () => {
  const { engine, decision } = await startChosen('cpu');
  expect([engine.name, decision.passedOver]).toEqual(['cpu', []]);
  engine.dispose();
  const refusal = choose('wasm', noEnginesFolder, [broken, cpuEngine]);
  await expect(refusal).rejects.toThrow('wasm: No SIMD here.');
  await expect(refusal).rejects.toMatchObject({ code: 'engine-unavailable' });
});

test.each([cpuEngine, wasmEngine])('$name can be disposed and started again', async (definition) => {
  const first = await definition.start();
  const before = first.memory();
  tensor([1, 2, 3]);
  expect(first.memory().tensorCount).toBe(before.tensorCount + 1);
  expect(first.memory().tensorBytes).toBe(before.tensorBytes + 12);
  first.dispose();
  const second = await definition.start();
  const four = square(tensor([2]));
  expect([...four.dataSync()]).toEqual([4]);
  expect(memory().numTensors).toBe(second.memory().tensorCount);
  second.dispose();
});

describe('an engine outside of the app', () => {
  /** As native as an engine can be without a pack. */
  const native: Engine = { ...wasmEngine, isNative: true };
  let enginesFolder = '';
  beforeEach(() => (enginesFolder = mkdtempSync(path.join(tmpdir(), 'touchstone-engines-'))));
  afterEach(() => rmSync(enginesFolder, { recursive: true }));

  test('is checked the first time, and believed afterwards', async () => {
    const first = await choose('auto', { enginesFolder }, [native, cpuEngine]);
    expect(first.engine.name).toBe('wasm');
    first.engine.dispose();
    const record = readCheck(enginesFolder, 'wasm');
    if (record?.state !== 'ended') throw new Error('The check must be on record.');
    expect(record.check).toMatchObject({ passed: true, failure: null, device: first.engine.device });
    const second = await choose('auto', { enginesFolder }, [native, cpuEngine]);
    expect([second.engine.name, readCheck(enginesFolder, 'wasm')]).toEqual(['wasm', record]);
    second.engine.dispose();
  });

  test('is passed over while its check is on record as failed, and checked anew with another version', async () => {
    const ready = await native.start();
    const failed: EngineCheck = {
      engine: 'wasm',
      device: ready.device,
      versions: ready.versions,
      passed: false,
      failure: 'Wrong results.',
      findings: [],
      speed: { convolutionGflops: 1, examplesPerSecond: null, vectorsPerSecond: null },
      memoryBytes: 1,
      durationMs: 1,
    };
    ready.dispose();
    writeCheck(enginesFolder, { state: 'ended', engine: 'wasm', checkedAtMs: 1, check: failed });
    const { engine, decision } = await choose('auto', { enginesFolder }, [native, cpuEngine]);
    expect(engine.name).toBe('cpu');
    expect(decision.passedOver[0]?.reason).toContain('Wrong results.');
    engine.dispose();
    const older = { ...failed, versions: { ...failed.versions, driver: '1' } };
    writeCheck(enginesFolder, { state: 'ended', engine: 'wasm', checkedAtMs: 1, check: older });
    const again = await choose('auto', { enginesFolder }, [native, cpuEngine]);
    expect(again.engine.name).toBe('wasm');
    again.engine.dispose();
  });

  test('that works but is slower than what comes behind is passed over with its reservation, and taken by name', async () => {
    const reserved: Engine = {
      ...native,
      start: async () => ({ ...(await native.start()), reservation: 'Slower. Install a driver.' }),
    };
    const { engine, decision } = await choose('auto', { enginesFolder }, [reserved, cpuEngine]);
    expect([engine.name, decision.passedOver]).toEqual([
      'cpu',
      [{ engine: 'wasm', reason: 'Slower. Install a driver.' }],
    ]);
    expect(readCheck(enginesFolder, 'wasm')).toBeNull();
    engine.dispose();
    const named = await choose('wasm', { enginesFolder }, [reserved, cpuEngine]);
    expect(named.engine.name).toBe('wasm');
    named.engine.dispose();
  });

  test('is not tried by itself after a check that ended its process, but by name', async () => {
    // No process has the largest number that Linux gives out.
    writeCheck(enginesFolder, { state: 'begun', engine: 'wasm', processId: 4_194_304 });
    const { engine, decision } = await choose('auto', { enginesFolder }, [native, cpuEngine]);
    expect([engine.name, decision.passedOver[0]?.reason]).toEqual([
      'cpu',
      expect.stringContaining('engines check wasm'),
    ]);
    engine.dispose();
    const named = await choose('wasm', { enginesFolder }, [native, cpuEngine]);
    expect(named.engine.name).toBe('wasm');
    named.engine.dispose();
  });
});

describe('measured speeds', () => {
  const named = (name: Engine['name'], start: () => Promise<ReadyEngine>): Engine => ({ name, isNative: false, start });
  const starting = (name: Engine['name']): Engine => named(name, async () => ({ ...(await cpuEngine.start()), name }));
  const startTrusted = (engine: Engine) => engine.start();

  test('put a fast engine before one that is expected to be better, and the reason says how much', async () => {
    const engines = [starting('tensorflow'), starting('webgpu'), starting('wasm')];
    const speeds = new Map([
      ['tensorflow', 100],
      ['webgpu', 250],
      ['wasm', 40],
    ] as const);
    const { engine, decision } = await chooseEngine('auto', { engines, speeds, startTrusted });
    expect(engine.name).toBe('webgpu');
    expect(decision.reason).toContain('2.5 times as fast here as tensorflow');
    expect(decision.passedOver).toEqual([]);
    engine.dispose();
  });

  test('within what a busy machine does to them change nothing, nor for an engine that is asked for', async () => {
    const engines = [starting('tensorflow'), starting('webgpu')];
    const near = {
      engines,
      speeds: new Map([
        ['tensorflow', 100],
        ['webgpu', 115],
      ] as const),
      startTrusted,
    };
    const { engine, decision } = await chooseEngine('auto', near);
    expect([engine.name, decision.reason]).toEqual(['tensorflow', expect.not.stringContaining('Measured')]);
    engine.dispose();
    const slow = {
      ...near,
      speeds: new Map([
        ['tensorflow', 1],
        ['webgpu', 900],
      ] as const),
    };
    const asked = await chooseEngine('tensorflow', slow);
    expect(asked.engine.name).toBe('tensorflow');
    asked.engine.dispose();
  });

  test('keep their order where a faster engine does not start after all', async () => {
    const failing = named('webgpu', () => Promise.reject(new Error('No card.')));
    const engines = [starting('tensorflow'), failing, starting('wasm')];
    const speeds = new Map([
      ['tensorflow', 100],
      ['webgpu', 900],
      ['wasm', 40],
    ] as const);
    const { engine, decision } = await chooseEngine('auto', { engines, speeds, startTrusted });
    expect(engine.name).toBe('tensorflow');
    expect(decision.passedOver).toEqual([{ engine: 'webgpu', reason: 'No card.' }]);
    engine.dispose();
  });

  test('are taken once, of the app’s own engine only where there is another, and by what a run trains on', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'touchstone-speeds-'));
    try {
      expect(await measuredSpeeds([wasmEngine, cpuEngine], 'vectors', { enginesFolder: folder })).toEqual(new Map());
      expect(readCheck(folder, 'wasm')).toBeNull();
      let starts = 0;
      const native: Engine = {
        ...wasmEngine,
        isNative: true,
        start: async () => {
          starts += 1;
          return wasmEngine.start();
        },
      };
      const withVectors = await measuredSpeeds([native], 'vectors', { enginesFolder: folder });
      const withPictures = await measuredSpeeds([native], 'pixels', { enginesFolder: folder });
      expect(starts).toBe(1);
      expect(withVectors.get('wasm')).toBeGreaterThan(withPictures.get('wasm') ?? Number.NaN);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
