/** Every engine of this build, best first: the order in which `auto` tries them. */
import { cpuEngine } from './cpu-engine.ts';
import type { Engine } from './engine.ts';
import { createTensorflowEngine } from './tensorflow/tensorflow-engine.ts';
import { wasmEngine } from './wasm/node-wasm-engine.ts';
import { dawnHost } from './webgpu/dawn-host.ts';
import { createWebgpuEngine } from './webgpu/webgpu-engine.ts';

/** What engines find on this machine, beside the app's own files. Plain data: it is sent to threads and processes. */
export interface EngineEnvironment {
  /** Absolute path of the folder of engine packs and check records; null where the host keeps none. */
  readonly enginesFolder: string | null;
}

export const noEnginesFolder: EngineEnvironment = { enginesFolder: null };

/** Out of what a thread or process was started with; anything else means no folder. */
export function toEngineEnvironment(data: unknown): EngineEnvironment {
  if (typeof data !== 'object' || data === null || !('enginesFolder' in data)) return noEnginesFolder;
  return { enginesFolder: typeof data.enginesFolder === 'string' ? data.enginesFolder : null };
}

/** Makes engines; starts none. */
export function knownEngines({ enginesFolder }: EngineEnvironment): readonly Engine[] {
  return [createTensorflowEngine(enginesFolder), createWebgpuEngine(dawnHost), wasmEngine, cpuEngine];
}
