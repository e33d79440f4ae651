/** The engines that numerical tests run on. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { cpuEngine } from '../../src-main/engines/cpu-engine.ts';
import type { Engine, EngineName, ReadyEngine } from '../../src-main/engines/engine.ts';
import { createTensorflowEngine } from '../../src-main/engines/tensorflow/tensorflow-engine.ts';
import { wasmEngine } from '../../src-main/engines/wasm/node-wasm-engine.ts';
import { dawnHost } from '../../src-main/engines/webgpu/dawn-host.ts';
import { createWebgpuEngine } from '../../src-main/engines/webgpu/webgpu-engine.ts';
import { testEnginesFolder } from '../factories/engine-packs.ts';

const webgpuEngine = createWebgpuEngine(dawnHost);
const webgpuRefusal = await whyRefused(webgpuEngine);

/** TensorFlow is among them where a pack is at hand (engine-packs.ts says how to get one), WebGPU where there is a device. */
export const testEngines: readonly Engine[] = [
  cpuEngine,
  wasmEngine,
  ...(testEnginesFolder === null ? [] : [createTensorflowEngine(testEnginesFolder)]),
  ...(webgpuRefusal === null ? [webgpuEngine] : []),
];

/** Those on which whole convolutional networks take too long for more than one look: WebGPU is tested in software. */
export const slowEngines: ReadonlySet<EngineName> = new Set<EngineName>(['cpu', 'webgpu']);

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
  if (testEnginesFolder === null) {
    describe(`${title} on tensorflow`, () => {
      test.skip('needs an engine pack: npm run make-engine-pack, then name its folder in TOUCHSTONE_TEST_ENGINES');
    });
  }
  if (webgpuRefusal !== null) {
    describe(`${title} on webgpu`, () => {
      test.skip(`needs a graphics card, or Debian's Chromium, which brings one in software: ${webgpuRefusal}`);
    });
  }
}

/** In CI none may be missing. */
async function whyRefused(engine: Engine): Promise<string | null> {
  try {
    (await engine.start()).dispose();
    return null;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return error instanceof Error ? error.message : String(error);
  }
}
