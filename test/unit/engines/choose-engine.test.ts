import { getBackend, memory, square, tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { TouchstoneError } from '../../../src-main/core/errors.ts';
import { chooseEngine } from '../../../src-main/engines/choose-engine.ts';
import { cpuEngine } from '../../../src-main/engines/cpu-engine.ts';
import type { Engine } from '../../../src-main/engines/engine.ts';
import { wasmEngine } from '../../../src-main/engines/wasm-engine.ts';

const broken: Engine = {
  name: 'wasm',
  start: () => Promise.reject(new TouchstoneError('engine-unavailable', 'No SIMD here.')),
};

test('auto takes WebAssembly, and refuses nothing better', async () => {
  const { engine, reason, refused } = await chooseEngine('auto');
  expect(engine.name).toBe('wasm');
  expect(getBackend()).toBe('wasm');
  expect(engine.device).toMatch(/^WebAssembly with SIMD, \d+ threads?$/);
  expect(engine.versions['@tensorflow/tfjs-backend-wasm']).toMatch(/^4\./);
  expect(reason).toContain('best engine there is');
  expect(refused).toEqual([]);
  engine.dispose();
});

test('auto falls back and says why', async () => {
  const { engine, reason, refused } = await chooseEngine('auto', [broken, cpuEngine]);
  expect(engine.name).toBe('cpu');
  expect(reason).toContain('1 did not');
  expect(refused).toEqual([{ name: 'wasm', reason: 'No SIMD here.' }]);
  engine.dispose();
});

test('a named engine is taken or refused, never replaced', async () => {
  const { engine, refused } = await chooseEngine('cpu');
  expect([engine.name, refused]).toEqual(['cpu', []]);
  engine.dispose();
  const refusal = chooseEngine('wasm', [broken, cpuEngine]);
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
