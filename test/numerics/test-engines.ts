/** The engines that numerical tests run on. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { cpuEngine } from '../../src-main/engines/cpu-engine.ts';
import type { Engine, EngineName, ReadyEngine } from '../../src-main/engines/engine.ts';
import { createTensorflowEngine } from '../../src-main/engines/tensorflow/tensorflow-engine.ts';
import { wasmEngine } from '../../src-main/engines/wasm-engine.ts';
import { testEnginesFolder } from '../factories/engine-packs.ts';

/** TensorFlow is among them where a pack is at hand; engine-packs.ts says how to get one. */
export const testEngines: readonly Engine[] = [
  cpuEngine,
  wasmEngine,
  ...(testEnginesFolder === null ? [] : [createTensorflowEngine(testEnginesFolder)]),
];

/** Declares the same tests once per engine; they find it started. */
export function describeOnEachEngine(title: string, declareTests: (engine: EngineName) => void): void {
  describe.each(testEngines)(`${title} on $name`, (engine) => {
    let ready: ReadyEngine | undefined;
    beforeAll(async () => {
      ready = await engine.start();
    });
    afterAll(() => {
      ready?.dispose();
    });
    declareTests(engine.name);
  });
  if (testEnginesFolder !== null) return;
  describe(`${title} on tensorflow`, () => {
    test.skip('needs an engine pack: npm run make-engine-pack, then name its folder in TOUCHSTONE_TEST_ENGINES');
  });
}
