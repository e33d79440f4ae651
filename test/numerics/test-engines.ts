/** The engines that numerical tests run on. */
import { afterAll, beforeAll, describe } from 'vitest';
import { cpuEngine } from '../../src-main/engines/cpu-engine.ts';
import type { EngineName, ReadyEngine } from '../../src-main/engines/engine.ts';
import { wasmEngine } from '../../src-main/engines/wasm-engine.ts';

export const testEngines = [cpuEngine, wasmEngine];

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
}
