/**
 * The share of a run's time in which the engine waits for its next batch: `npm run bench -- feeding [engine ...]` (`wasm`, and `tensorflow`
 * where TOUCHSTONE_TEST_ENGINES names a folder with an engine pack). Batches come out of the decode cache's memory, are augmented (pictures) or
 * copied (vectors) and uploaded; steps are L2RW's with default settings. Under 10 % is wanted.
 */
import { dispose, reshape, slice, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { createParameters } from '../../src-main/core/network/parameters.ts';
import type { RandomGenerator } from '../../src-main/core/random/random-generator.ts';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { defaultSettings } from '../../src-main/core/reweight/default-settings.ts';
import { l2rwCosine } from '../../src-main/core/reweight/l2rw-cosine.ts';
import { l2rwSigned } from '../../src-main/core/reweight/l2rw-signed.ts';
import { reweightStep } from '../../src-main/core/reweight/reweight-step.ts';
import { disposeOptimiserState, startOptimiser } from '../../src-main/core/reweight/sgd.ts';
import type { LabelledBatch } from '../../src-main/core/reweight/trusted-gradient.ts';
import { knownEngines } from '../../src-main/engines/known-engines.ts';
import type { TrainingJob } from '../../src-main/services/ports/training-runner.ts';
import type { DataFeed } from '../../src-main/training/data-feed.ts';
import { prepareInputs } from '../../src-main/training/run-inputs.ts';

const SAMPLES = 5000;
const CLASSES = 10;
const WARM_UPS = 3;
const allowedShare = 0.1;
/** Sides of pictures, or dimensions of vectors, and how many steps are measured. */
const cases = [
  { network: 'small-cnn', size: 32, steps: 20 },
  { network: 'small-cnn', size: 64, steps: 12 },
  { network: 'head', size: 1024, steps: 200 },
] as const;
type Case = (typeof cases)[number];

export async function run(args: readonly string[]): Promise<void> {
  const wanted = args.length > 0 ? args : ['tensorflow', 'wasm'];
  const enginesFolder = process.env['TOUCHSTONE_TEST_ENGINES'] ?? null;
  console.log('| Engine | Network | Feeding, ms | Step, ms | Share (under 10 %) |\n|---|---|---|---|---|');
  for (const engine of knownEngines({ enginesFolder }).filter(({ name }) => wanted.includes(name))) {
    const ready = await engine.start();
    for (const which of cases) {
      const { feedMs, stepMs } = await measure(which);
      const share = feedMs / (feedMs + stepMs);
      console.log(
        `| ${engine.name} | ${which.network} ${which.size} | ${feedMs.toFixed(2)} | ${stepMs.toFixed(2)} | ${(100 * share).toFixed(1)} % |`,
      );
      if (share > allowedShare) process.exitCode = 1;
    }
    ready.dispose();
  }
}

/** Means over the steps: a run's time is their sum. */
async function measure(which: Case): Promise<{ readonly feedMs: number; readonly stepMs: number }> {
  const job = drawJob(which);
  const { settings } = job;
  const { feed, network } = await prepareInputs(job);
  const weigh = settings.weighting === 'signed' ? l2rwSigned : l2rwCosine;
  const random = createRandom(2);
  let state = startOptimiser(createParameters(network.parameters, 1));
  let [feedMs, stepMs] = [0, 0];
  for (let step = -WARM_UPS; step < which.steps; step++) {
    const [train, trusted] = [
      await nextBatch(feed, settings.batchSize, random),
      await nextBatch(feed, settings.trustedBatchSize, random),
    ];
    const fedAtMs = performance.now();
    const input = {
      train: train.batch,
      trusted: trusted.batch,
      trainMaskSeed: random.uint32(),
      trustedMaskSeed: random.uint32(),
    };
    state = (await reweightStep(network, state, input, weigh, settings)).state;
    await state.parameters[0]?.data();
    const endedAtMs = performance.now();
    dispose([train.batch.input, trusted.batch.input]);
    if (step < 0) continue;
    feedMs += (train.ms + trusted.ms) / which.steps;
    stepMs += (endedAtMs - fedAtMs) / which.steps;
  }
  disposeOptimiserState(state);
  return { feedMs, stepMs };
}

/** Milliseconds of making and uploading it; what looking costs is left out. */
async function nextBatch(
  feed: DataFeed,
  size: number,
  random: RandomGenerator,
): Promise<{ readonly batch: LabelledBatch; readonly ms: number }> {
  const samples = Uint32Array.from({ length: size }, () => random.integer(SAMPLES));
  const startedAtMs = performance.now();
  const input = feed.batch(samples, random);
  const madeMs = performance.now() - startedAtMs;
  // Some engines upload at the first use: the first look at one value pays for that, the second only for itself.
  const uploadMs = Math.max(0, (await look(input)) - (await look(input)));
  return { batch: { input, labels: Int32Array.from(samples, labelOf) }, ms: madeMs + uploadMs };
}

async function look(input: Tensor): Promise<number> {
  const startedAtMs = performance.now();
  const first = tidy(() => slice(reshape(input, [input.size]), 0, 1));
  await first.data();
  first.dispose();
  return performance.now() - startedAtMs;
}

const labelOf = (sample: number): number => sample % CLASSES;

function drawJob({ network, size }: Case): TrainingJob {
  const settings = { ...defaultSettings(network, SAMPLES), imageSize: network === 'head' ? 128 : size };
  const random = createRandom(1);
  const length = network === 'head' ? SAMPLES * size * 4 : SAMPLES * size * size * 3;
  const buffer = new SharedArrayBuffer(length);
  if (network === 'head') new Float32Array(buffer).forEach((_, i, vectors) => (vectors[i] = random.uniform()));
  else new Uint8Array(buffer).forEach((_, i, pixels) => (pixels[i] = random.integer(256)));
  const inputs =
    network === 'head'
      ? ({ kind: 'vectors', buffer, dimensions: size } as const)
      : ({ kind: 'pixels', buffer, size } as const);
  const labels = Int32Array.from({ length: SAMPLES }, (_, sample) => labelOf(sample));
  return {
    ...{ settings, classCount: CLASSES, sampleCount: SAMPLES, inputs, labels },
    ...{ trusted: Uint32Array.from({ length: 100 }, (_, i) => i), checkpoint: null },
  };
}
