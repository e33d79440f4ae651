/** What engines throw when they fail, in our words: each says it in its own, and some say it beside the call. */
import { isTouchstoneError, TouchstoneError } from '../core/errors.ts';
import type { ReadyEngine } from '../engines/engine.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';

/** TensorFlow, WebAssembly's memory, JavaScript's arrays, WebGPU. */
const memoryWords =
  /out of memory|OOM when allocating|resource ?exhausted|cannot (allocate|enlarge) memory|allocation failed|memory access out of bounds|invalid typed array length/i;

/** `error` itself where it is none of the engine's failures. `passesInParts`: whether the network computes the same in micro-batches. */
export function explainFailure(
  error: unknown,
  engine: ReadyEngine,
  job: TrainingJob,
  passesInParts = (): boolean => true,
): unknown {
  const fault = engine.fault?.() ?? null;
  if (fault?.code === 'out-of-memory') return outOfMemory(fault, engine, job, passesInParts());
  if (fault !== null) return fault;
  if (isTouchstoneError(error)) return error;
  if (error instanceof Error && memoryWords.test(error.message))
    return outOfMemory(error, engine, job, passesInParts());
  return error;
}

/** Half of what passed at once when the memory was full; null where the failure is another one, or a single image was too much. */
export function fittingMicroBatchSize(explained: unknown): number | null {
  if (!isTouchstoneError(explained, 'out-of-memory')) return null;
  const { fittingMicroBatchSize: fitting, microBatchSize: passed } = explained.details;
  return typeof fitting === 'number' && typeof passed === 'number' && fitting < passed ? fitting : null;
}

/** Activations are nearly all of what training holds, and they grow with what passes the network at once: half of it needs about half. */
function outOfMemory(
  cause: Error,
  engine: ReadyEngine,
  { settings }: TrainingJob,
  passesInParts: boolean,
): TouchstoneError {
  const { batchSize, trustedBatchSize, microBatchSize } = settings;
  const atOnce = Math.max(batchSize, trustedBatchSize);
  const passed = microBatchSize === 0 ? atOnce : Math.min(atOnce, microBatchSize);
  const fitting = Math.max(1, Math.floor(passed / 2));
  const held = `${Math.round(heldBytes(engine) / 1e6)} MB held`;
  const what = `The engine ${engine.name} ran out of memory with ${passed} images passing the network at once (${held}).`;
  const remedy = passesInParts
    ? `Start again with micro-batches of ${fitting}, which need about half and compute the same (train --micro-batch ${fitting}), or with smaller images.`
    : smallerBatches(Math.max(2, fitting), settings);
  return new TouchstoneError('out-of-memory', `${what} ${remedy}`, {
    details: { engine: engine.name, batchSize, microBatchSize: passed, fittingMicroBatchSize: fitting },
    cause,
  });
}

/** For batch normalisation, which makes of a part of a batch something else than of the whole. */
function smallerBatches(fitting: number, { batchSize, trustedBatchSize }: TrainingJob['settings']): string {
  const trusted = Math.min(trustedBatchSize, fitting);
  const options = `--batch ${Math.min(batchSize, fitting)} --trusted-batch ${trusted}`;
  return (
    `Start again with at most ${fitting} images a step, which need about half (train ${options}), or with group normalisation, ` +
    'which lets a step take its images in parts (train --normalisation group), or with smaller images.'
  );
}

/** An engine that just failed may not even be able to say this. */
function heldBytes(engine: ReadyEngine): number {
  try {
    return engine.memory().heldBytes;
  } catch {
    return 0;
  }
}
