/**
 * Memory of a run in network mode on many pictures of 32x32, ranking included: `npm run bench -- memory [--images N] [--engine E]
 * [--steps N]` (100,000, `wasm` and one epoch with the ranking unless given; with `--steps` it ends after so many). The pictures are drawn into memory as the pixel cache would fill it; the run goes to a thread or a
 * process as in the app. TensorFlow takes part where TOUCHSTONE_TEST_ENGINES names a folder with an engine pack.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import { defaultSettings } from '../../src-main/core/reweight/default-settings.ts';
import type { EngineChoice } from '../../src-main/core/reweight/run-settings.ts';
import { engineChoices } from '../../src-main/core/reweight/run-settings.ts';
import type { TrainingEvent, TrainingJob } from '../../src-main/services/ports/training-runner.ts';
import { startTrainingProcess } from '../../src-main/training/training-process.ts';
import { createPeerRunner, createWorkerRunner } from '../../src-main/training/worker-runner.ts';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { watchTree } from './memory/tree-memory.ts';

const SIDE = 32;
const CLASSES = 10;
const TRUSTED = 1000;
const allowedBytes = 3e9;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string', default: '100000' },
      engine: { type: 'string', default: 'wasm' },
      steps: { type: 'string' },
    },
  });
  const engine = engineChoices.find((name) => name === values.engine);
  if (engine === undefined) throw new TouchstoneError('wrong-use', `--engine is one of ${engineChoices.join(', ')}.`);
  const peaks = new Map<string, number>();
  let phase = 'start';
  const stop = watchTree((bytes) => peaks.set(phase, Math.max(bytes, peaks.get(phase) ?? 0)));
  const startedAtMs = performance.now();
  try {
    const handle = runnerFor(engine).start(drawJob(Number(values.images), engine));
    for await (const event of handle.events) {
      phase = phaseOf(event) ?? phase;
      if (event.kind === 'progress' && event.stepsDone >= Number(values.steps ?? Number.POSITIVE_INFINITY)) break;
      if (event.kind === 'epoch-done')
        console.log(`Epoch: ${event.metrics.examplesPerSecond.toFixed(0)} images per second.`);
    }
  } finally {
    stop();
  }
  report(
    values.images,
    engine,
    values.steps === undefined ? 'one epoch and the ranking' : `${values.steps} steps`,
    peaks,
    (performance.now() - startedAtMs) / 1000,
  );
}

function phaseOf(event: TrainingEvent): string | null {
  return event.kind === 'progress' ? event.phase : null;
}

/** As the app does it: native engines in a process, its own in a thread. */
function runnerFor(engine: EngineChoice) {
  const environment = { enginesFolder: process.env['TOUCHSTONE_TEST_ENGINES'] ?? null };
  if (engine !== 'wasm' && engine !== 'cpu')
    return createPeerRunner({ createPeer: () => startTrainingProcess(environment) });
  const entry = new URL('../../src-main/training/training-worker.ts', import.meta.url);
  return createWorkerRunner({ createWorker: () => new Worker(entry, { workerData: environment }) });
}

/** One epoch on pictures of noise around a colour per class, every tenth label wrong. */
function drawJob(sampleCount: number, engine: EngineChoice): TrainingJob {
  const random = createRandom(1);
  const buffer = new SharedArrayBuffer(sampleCount * SIDE * SIDE * 3);
  const pixels = new Uint8Array(buffer);
  for (let position = 0; position < pixels.length; position++) {
    const label = Math.floor(position / (SIDE * SIDE * 3)) % CLASSES;
    pixels[position] = 20 * label + random.integer(60);
  }
  const labels = Int32Array.from({ length: sampleCount }, (_, i) => (i + (i % 10 === 9 ? 1 : 0)) % CLASSES);
  const trusted = Uint32Array.from({ length: TRUSTED }, (_, i) => 10 * i + (i % 9));
  const settings = { ...defaultSettings('small-cnn', sampleCount), epochs: 1, imageSize: SIDE, engine };
  const inputs = { kind: 'pixels', buffer, size: SIDE } as const;
  return { settings, classCount: CLASSES, sampleCount, inputs, labels, trusted, checkpoint: null };
}

function report(
  images: string,
  engine: string,
  what: string,
  peaks: ReadonlyMap<string, number>,
  seconds: number,
): void {
  console.log(`${images} pictures of ${SIDE}x${SIDE} on ${engine}, ${what}: ${seconds.toFixed(0)} s.`);
  for (const [phase, bytes] of peaks) console.log(`  ${phase}: at most ${Math.round(bytes / 1e6)} MB`);
  const peak = Math.max(...peaks.values());
  console.log(`At most ${Math.round(peak / 1e6)} MB; under ${allowedBytes / 1e6} MB is wanted.`);
  if (peak > allowedBytes) process.exitCode = 1;
}
