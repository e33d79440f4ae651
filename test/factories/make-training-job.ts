/** Small training jobs on drawn data: one Gaussian cloud per class, some labels wrong, some samples trusted. */
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { randomPermutation } from '../../src-main/core/random/shuffle.ts';
import { defaultSettings } from '../../src-main/core/reweight/default-settings.ts';
import type { RunSettings } from '../../src-main/core/reweight/run-settings.ts';
import type { TrainingJob } from '../../src-main/services/ports/training-runner.ts';

export interface JobOptions {
  readonly sampleCount?: number;
  readonly classCount?: number;
  readonly dimensions?: number;
  /** Share of the samples that are not trusted whose label is another class's. */
  readonly wrongShare?: number;
  readonly trustedPerClass?: number;
  /** Distance of the class centres from the origin, in standard deviations of a cloud. */
  readonly distance?: number;
  readonly seed?: number;
  readonly settings?: Partial<RunSettings>;
}

export interface NoisyJob {
  readonly job: TrainingJob;
  /** Whether each sample's label is wrong, [N]. */
  readonly isWrong: readonly boolean[];
}

export function makeVectorJob(options: JobOptions = {}): NoisyJob {
  const { sampleCount = 120, classCount = 3, dimensions = 8, distance = 3, seed = 1 } = options;
  const random = createRandom(seed);
  const labelled = drawLabels({ ...options, sampleCount, classCount, seed });
  const centres = Array.from(
    { length: classCount * dimensions },
    () => (distance * random.normal()) / Math.sqrt(dimensions),
  );
  const buffer = new SharedArrayBuffer(sampleCount * dimensions * 4);
  new Float32Array(buffer).forEach((_, position, vectors) => {
    const trueLabel = labelled.truth[Math.floor(position / dimensions)]!;
    vectors[position] = centres[trueLabel * dimensions + (position % dimensions)]! + random.normal();
  });
  const settings = {
    ...defaultSettings('head', sampleCount),
    batchSize: 20,
    trustedBatchSize: 8,
    epochs: 3,
    engine: 'cpu',
  } as const;
  const inputs = { kind: 'vectors', buffer, dimensions } as const;
  return asJob(labelled, inputs, { ...settings, seed, ...options.settings });
}

/** Pictures of 28 x 28 pixels, one colour per class under noise. */
export function makePixelJob(options: JobOptions = {}): NoisyJob {
  const { sampleCount = 16, classCount = 2, seed = 1 } = options;
  const size = 28;
  const random = createRandom(seed);
  const labelled = drawLabels({ ...options, sampleCount, classCount, seed });
  const buffer = new SharedArrayBuffer(sampleCount * size * size * 3);
  new Uint8Array(buffer).forEach((_, position, pixels) => {
    const trueLabel = labelled.truth[Math.floor(position / (size * size * 3))]!;
    pixels[position] = position % 3 === trueLabel % 3 ? 150 + random.integer(100) : random.integer(150);
  });
  const settings = {
    ...defaultSettings('lenet', sampleCount),
    batchSize: 8,
    trustedBatchSize: 4,
    epochs: 2,
    imageSize: size,
    engine: 'wasm',
  } as const;
  const inputs = { kind: 'pixels', buffer, size } as const;
  return asJob(labelled, inputs, { ...settings, seed, ...options.settings });
}

function asJob(
  { labels, trusted, isWrong, classCount }: ReturnType<typeof drawLabels>,
  inputs: TrainingJob['inputs'],
  settings: RunSettings,
): NoisyJob {
  const job = { settings, classCount, sampleCount: labels.length, inputs, labels, trusted, checkpoint: null };
  return { isWrong, job };
}

function drawLabels(
  options: JobOptions & { readonly sampleCount: number; readonly classCount: number; readonly seed: number },
) {
  const { sampleCount, classCount, wrongShare = 0.2, trustedPerClass = 4 } = options;
  const random = createRandom(options.seed + 1000);
  const truth = Array.from({ length: sampleCount }, (_, sample) => sample % classCount);
  const order = [...randomPermutation(sampleCount, random)];
  const trusted = truth.flatMap((_, label) =>
    order.filter((sample) => truth[sample] === label).slice(0, trustedPerClass),
  );
  const isTrusted = new Set(trusted);
  const candidates = order.filter((sample) => !isTrusted.has(sample));
  const wrong = new Set(candidates.slice(0, Math.round(wrongShare * candidates.length)));
  const labels = Int32Array.from(truth, (label, sample) =>
    wrong.has(sample) ? (label + 1 + random.integer(classCount - 1)) % classCount : label,
  );
  const isWrong = truth.map((_, sample) => wrong.has(sample));
  return { classCount, truth, labels, trusted: Uint32Array.from(trusted), isWrong };
}
