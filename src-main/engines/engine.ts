/**
 * An engine executes tensor operations. TF.js keeps one current backend per thread, so one engine is in use at a time: the
 * one that was started last.
 */
import type { EngineChoice } from '../core/reweight/run-settings.ts';

export type EngineName = Exclude<EngineChoice, 'auto'>;

export interface Engine {
  readonly name: EngineName;
  /** Makes it the current engine of this thread. Rejects with code `engine-unavailable` and a one-line reason. */
  start(): Promise<ReadyEngine>;
}

export interface ReadyEngine {
  readonly name: EngineName;
  /** What computes, for people: "WebAssembly with SIMD, 1 thread". */
  readonly device: string;
  /** Package name to version. */
  readonly versions: Readonly<Record<string, string>>;
  memory(): EngineMemory;
  /** Frees everything, tensors that are still alive included. The engine can be started again. */
  dispose(): void;
}

export interface EngineMemory {
  readonly tensorCount: number;
  readonly tensorBytes: number;
}
