/** Loads a backbone on the best execution provider that computes the right numbers here, faster than the processor. */
import { env } from 'onnxruntime-node';
import {
  offerProviders,
  type ProviderChoice,
  type ProviderName,
  type ProviderOffer,
  type ProviderRefusal,
} from './execution-providers.ts';
import { messageOf } from './onnx-model.ts';
import { OnnxBackbone } from './onnx-backbone.ts';
import type { ProviderRecords } from './provider-records.ts';
import { isRunning } from '../system/is-running.ts';

export interface ChosenBackbone {
  readonly backbone: OnnxBackbone;
  readonly provider: ProviderName;
  /** The better ones, best first: why each was passed over. */
  readonly refused: readonly ProviderRefusal[];
}

export interface ProviderRequest {
  readonly file: string;
  /** Names what the model computes: trials hold for it alone. */
  readonly key: string;
  /** Cores that there are to compute with. */
  readonly threads: number;
  /** Those of them that the processor's provider gets once it is chosen; all unless another thread has the rest. */
  readonly processorThreads?: number;
  /** Side of the pictures that are to come. */
  readonly size: number;
  readonly choice: ProviderChoice;
}

/** Pictures in a trial: enough to fill a GPU a little, and done in a second or two on a processor. */
const trialImages = 8;
/** Largest difference from the processor's vectors, relative to their largest number. GPUs may compute in less than float32. */
const tolerance = 0.02;
/** A provider must need at most this share of the processor's time to be worth another machine's numbers. */
const worthwhile = 0.8;

/**
 * With `auto` every candidate is tried once per model and remembered; a named provider is taken at its word. Throws
 * `backbone-invalid` where the model does not load on the processor, or on the named provider. `offer` is there for tests.
 */
export async function loadOnBestProvider(
  request: ProviderRequest,
  records: ProviderRecords,
  offer: ProviderOffer = offerProviders(),
): Promise<ChosenBackbone> {
  const { file, choice } = request;
  const load = (provider: ProviderName): Promise<OnnxBackbone> =>
    OnnxBackbone.load(file, { provider, threads: threadsOf(provider, request) });
  if (choice !== 'auto') return { backbone: await load(choice), provider: choice, refused: [] };
  const refused = [...offer.refused];
  const candidates = offer.candidates.filter((name) => name !== 'cpu');
  if (candidates.length === 0) return { backbone: await load('cpu'), provider: 'cpu', refused };
  const reference = await OnnxBackbone.load(file, { provider: 'cpu', threads: request.threads });
  for (const provider of candidates) {
    const result = await tryProvider(provider, reference, request, records);
    if (typeof result === 'string') {
      refused.push({ name: provider, reason: result });
      continue;
    }
    await reference.release();
    return { backbone: result, provider, refused };
  }
  await reference.release();
  return { backbone: await load('cpu'), provider: 'cpu', refused };
}

function threadsOf(provider: ProviderName, { threads, processorThreads }: ProviderRequest): number {
  return provider === 'cpu' ? (processorThreads ?? threads) : threads;
}

/** The backbone on that provider, or the reason against it. */
async function tryProvider(
  provider: ProviderName,
  reference: OnnxBackbone,
  { file, key, threads, size }: ProviderRequest,
  records: ProviderRecords,
): Promise<OnnxBackbone | string> {
  const subject = `${key.slice(0, 16)} ${size} onnxruntime ${env.versions.node ?? ''}`;
  const known = records.read(provider, subject);
  if (known?.state === 'begun' && !isRunning(known.processId)) return 'It ended the process that it was tried in.';
  if (known?.state === 'ended' && known.reason !== null) return known.reason;
  try {
    // Written before it is loaded: drivers come with it.
    if (known?.state !== 'ended') records.write(provider, subject, { state: 'begun', processId: process.pid });
    const backbone = await OnnxBackbone.load(file, { provider, threads });
    if (known?.state === 'ended') return backbone;
    const reason = await compare(backbone, reference, size);
    records.write(provider, subject, { state: 'ended', reason });
    if (reason === null) return backbone;
    await backbone.release();
    return reason;
  } catch (error) {
    const reason = `It does not run this model (${firstLine(messageOf(error))}).`;
    records.write(provider, subject, { state: 'ended', reason });
    return reason;
  }
}

/** Null where the numbers agree and it is faster. */
async function compare(backbone: OnnxBackbone, reference: OnnxBackbone, size: number): Promise<string | null> {
  const pixels = trialPixels(size);
  // The first pass of each compiles and allocates.
  const [expected, found] = [await reference.embed(pixels, size), await backbone.embed(pixels, size)];
  const largest = expected.vectors.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = expected.vectors.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (found.vectors[index] ?? Number.NaN))),
    0,
  );
  if (!(error <= tolerance * largest)) return `Its numbers differ from the processor's by ${percent(error / largest)}.`;
  const [processorMs, ownMs] = [await timeOf(reference, pixels, size), await timeOf(backbone, pixels, size)];
  if (ownMs <= worthwhile * processorMs) return null;
  const perImage = (ms: number): string => (ms / trialImages).toFixed(1);
  return `It is no faster than the processor: ${perImage(ownMs)} ms against ${perImage(processorMs)} ms per image.`;
}

async function timeOf(backbone: OnnxBackbone, pixels: Uint8Array, size: number): Promise<number> {
  const startedAtMs = performance.now();
  await backbone.embed(pixels, size);
  return performance.now() - startedAtMs;
}

/** Pictures of different slopes, so that no two vectors are alike. */
function trialPixels(size: number): Uint8Array {
  const perImage = size * size * 3;
  return Uint8Array.from({ length: trialImages * perImage }, (_, index) => {
    const image = Math.floor(index / perImage);
    return ((index % perImage) * (2 * image + 3)) >> 4;
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 200) ?? '';
}
