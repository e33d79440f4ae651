/** How many threads WebAssembly may have in a browser's worker: they need shared memory, and the right to start them. */
import type { WasmThreads } from './wasm-host.ts';

/** What a worker of a browser offers; this folder is compiled without the DOM's types. */
export interface BrowserSurroundings {
  readonly crossOriginIsolated?: boolean | undefined;
  readonly navigator?: { readonly hardwareConcurrency?: number } | undefined;
  /** Whether the package's own way to start threads works here. */
  canStartThreads(): Promise<boolean>;
}

/** As many as the package prepares. */
const mostThreads = 8;
/** Above so many, two of a processor's cores are mostly one that is counted twice, and share what multiplies. */
const countedOnce = 4;

export async function browserThreads(surroundings: BrowserSurroundings): Promise<WasmThreads> {
  const cores = surroundings.navigator?.hardwareConcurrency ?? 1;
  if (cores < 2) return one('this computer has one core');
  if (surroundings.crossOriginIsolated !== true) return one('its page is not isolated from others');
  if (!(await surroundings.canStartThreads())) return one('its page may not start more');
  return { count: Math.min(cores, mostThreads, Math.max(countedOnce, Math.floor(cores / 2))), whyNoMore: null };
}

function one(whyNoMore: string): WasmThreads {
  return { count: 1, whyNoMore };
}
