/**
 * An engine executes tensor operations. TF.js keeps one current backend per thread, so one engine is in use at a time: the
 * one that was started last.
 */
import type { EngineName } from '../core/engine-check.ts';
import type { TouchstoneError } from '../core/errors.ts';

export type { EngineName } from '../core/engine-check.ts';

export interface Engine {
  readonly name: EngineName;
  /** Machine code and drivers that are not part of the app: a fault in them can end the whole process. */
  readonly isNative: boolean;
  /** Finding out that it is not there means loading drivers: worth remembering. */
  readonly isSlowToRefuse?: boolean;
  /** Makes it the current engine of this thread. Rejects with code `engine-unavailable` and one line: why, and what would enable it. */
  start(): Promise<ReadyEngine>;
}

export interface ReadyEngine {
  readonly name: EngineName;
  /** What computes, for people: "WebAssembly with SIMD, 1 thread". */
  readonly device: string;
  /** Package name to version. */
  readonly versions: Readonly<Record<string, string>>;
  /** Why `auto` passes it over although it works, and what would change that. */
  readonly reservation?: string;
  /** What broke since the start (device lost, memory full) and makes every later result worthless; null while all is well. */
  fault?(): TouchstoneError | null;
  memory(): EngineMemory;
  /** Frees everything, tensors that are still alive included. The engine can be started again. */
  dispose(): void;
}

export interface EngineMemory {
  readonly tensorCount: number;
  readonly tensorBytes: number;
  /** All that the engine holds for them: WebAssembly's memory, the graphics card's, or its process where that is its own. */
  readonly heldBytes: number;
}
