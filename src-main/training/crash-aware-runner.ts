/**
 * Trains with native engines in a process and with the app's own in a thread. An engine that ends its process twice in a row
 * loses the trust of `auto` until its self-check is repeated: the resumed run goes on with the next best.
 */
import { engineNames } from '../core/engine-check.ts';
import { isTouchstoneError, TouchstoneError } from '../core/errors.ts';
import { knownAbsence, readCheck, writeCheck } from '../engines/check-records.ts';
import { installedPacks } from '../engines/tensorflow/installed-packs.ts';
import { whyNoVulkan } from '../engines/webgpu/vulkan-loader.ts';
import type { TrainingEvent, TrainingHandle, TrainingJob, TrainingRunner } from '../services/ports/training-runner.ts';

export interface CrashAwareOptions {
  readonly thread: TrainingRunner;
  readonly process: TrainingRunner;
  readonly enginesFolder: string;
}

const crashesInARow = 2;

export function createCrashAwareRunner(options: CrashAwareOptions): TrainingRunner {
  const crashes = new Map<string, number>();
  return {
    start: (job) => {
      const handle = (mayBeNative(job, options.enginesFolder) ? options.process : options.thread).start(job);
      return withEvents(handle, watch(handle, crashes, options.enginesFolder));
    },
  };
}

function mayBeNative({ settings }: TrainingJob, enginesFolder: string): boolean {
  if (settings.engine === 'auto') return installedPacks(enginesFolder).length > 0 || mayHaveWebgpu(enginesFolder);
  return settings.engine === 'tensorflow' || settings.engine === 'webgpu';
}

/** Where nothing is known yet, drivers are loaded to find out: not here. Without Vulkan there are none. */
function mayHaveWebgpu(enginesFolder: string): boolean {
  const record = readCheck(enginesFolder, 'webgpu');
  if (record?.state === 'ended') return record.check.passed && record.check.reservation === undefined;
  return knownAbsence(enginesFolder, 'webgpu') === null && whyNoVulkan() === null;
}

function withEvents(handle: TrainingHandle, events: AsyncIterable<TrainingEvent>): TrainingHandle {
  return {
    pause: () => handle.pause(),
    resume: () => handle.resume(),
    cancel: () => handle.cancel(),
    events,
  };
}

async function* watch(
  handle: TrainingHandle,
  crashes: Map<string, number>,
  enginesFolder: string,
): AsyncGenerator<TrainingEvent> {
  let engine: string | null = null;
  try {
    for await (const event of handle.events) {
      if (event.kind === 'progress') engine = event.engine;
      yield event;
    }
    if (engine !== null) crashes.delete(engine);
  } catch (error) {
    if (engine === null || !isCrash(error)) throw error;
    const count = (crashes.get(engine) ?? 0) + 1;
    crashes.set(engine, count);
    if (count < crashesInARow) throw error;
    distrust(engine, enginesFolder);
    const advice = `The engine ${engine} did this ${count} times in a row: with the engine "auto" the run goes on with another one.`;
    throw new TouchstoneError(error.code, `${error.message} ${advice}`, {
      details: { ...error.details, engine },
      cause: error,
    });
  }
}

/** A lost device leaves the process alive, but the run is over just the same. */
function isCrash(error: unknown): error is TouchstoneError {
  return isTouchstoneError(error, 'worker-crashed') || isTouchstoneError(error, 'engine-lost');
}

/** Only an engine that once passed can have been taken; the record of that is what changes. */
function distrust(engine: string, enginesFolder: string): void {
  const name = engineNames.find((known) => known === engine);
  const record = name === undefined ? null : readCheck(enginesFolder, name);
  if (record?.state !== 'ended') return;
  const failure = 'It broke down twice in a row while training.';
  writeCheck(enginesFolder, { ...record, check: { ...record.check, passed: false, failure } });
}
