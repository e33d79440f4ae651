/** Engines, backbones and their numbers in the user's words. */
import type {
  BackboneView,
  CheckFinding,
  EngineCheck,
  EngineDownload,
  EngineList,
  EngineView,
} from '../../../src-main/contract/payloads.ts';
import { formatBytes, formatCount, formatShare } from '../../lib/format.ts';
import { engineTexts } from '../train/setting-words.ts';

export const engineStates: Readonly<Record<EngineView['state'], string>> = {
  ready: 'Ready',
  unchecked: 'Not checked yet',
  unavailable: 'Not available',
};

/** "The next training takes WebAssembly: the best that works here; better, but not available: TensorFlow." */
export function nextSentence({ engines, next }: EngineList): string {
  const inWords = (text: string, { name }: EngineView): string =>
    text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), engineTexts[name].text);
  return `The next training takes ${engineTexts[next.name].text}: ${engines.reduce(inWords, next.reason)}.`;
}

export function speedWords(check: EngineCheck | null): string {
  if (check === null || check.durationMs === 0) return '';
  const { convolutionGflops, examplesPerSecond } = check.speed;
  const pictures = examplesPerSecond === null ? '' : `${formatCount(examplesPerSecond)} images per second, `;
  return `${pictures}${formatCount(convolutionGflops)} GFLOP/s`;
}

/** How much of the error that float32 may make there was made. */
export function errorShare({ error, tolerance }: CheckFinding): string {
  return Number.isFinite(error) ? formatShare(error / tolerance) : 'not a number';
}

/** "Install (412 MB)", "Go on (120 of 412 MB are here)", ... */
export function downloadLabel({ variant, sizeBytes, fetchedBytes }: EngineDownload): string {
  const what = variant === 'cuda' ? ' for NVIDIA cards' : '';
  if (sizeBytes === null) return `Install${what}`;
  if (fetchedBytes >= sizeBytes) return `Install${what} (downloaded)`;
  if (fetchedBytes > 0) return `Go on${what} (${formatBytes(fetchedBytes)} of ${formatBytes(sizeBytes)} are here)`;
  return `Install${what} (${formatBytes(sizeBytes)})`;
}

export function backboneState({ isInstalled, origin, fetchedBytes, sizeBytes }: BackboneView): string {
  if (isInstalled) return origin === 'built-in' ? 'Part of the app' : 'Installed';
  return fetchedBytes > 0 ? `Stopped at ${formatShare(fetchedBytes / sizeBytes)}` : 'Can be downloaded';
}

export const providerTexts: Readonly<Record<string, string>> = {
  auto: 'Fastest',
  cuda: 'NVIDIA card (CUDA)',
  dml: 'Graphics card (DirectML)',
  coreml: 'Apple chip (Core ML)',
  webgpu: 'Graphics card (WebGPU)',
  cpu: 'Processor',
};
