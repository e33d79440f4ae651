/**
 * Everything that changes while a run lasts, and its way into a checkpoint and back.
 *
 * Whatever the next epoch depends on must be in here: a run that is taken up again computes exactly what it would have
 * computed without the interruption.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { TouchstoneError } from '../core/errors.ts';
import type { Network } from '../core/network/network.ts';
import { createParameters, uploadParameters } from '../core/network/parameters.ts';
import { CyclingSampler } from '../core/random/batch-sampler.ts';
import type { RandomGenerator } from '../core/random/random-generator.ts';
import { createRandom, deriveSeed, restoreRandom } from '../core/random/random-generator.ts';
import { startPlateau, type PlateauState } from '../core/ranking/plateau.ts';
import { createMethod } from '../core/reweight/training-methods.ts';
import type { TrainingMethod } from '../core/reweight/training-method.ts';
import type { OptimiserState } from '../core/reweight/sgd.ts';
import { startOptimiser } from '../core/reweight/sgd.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';
import { chooseSamples } from './chosen-samples.ts';
import type { CheckpointArray } from './checkpoint-file.ts';
import { crc32, decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.ts';
import type { RunSums } from './signal-recorder.ts';
import { emptyRunSums, SignalRecorder } from './signal-recorder.ts';

/** One generator per purpose, so that none of them depends on how often another was asked. */
const randomPurposes = ['order', 'trusted', 'masks', 'augmentation', 'method'] as const;
type Randoms = Readonly<Record<(typeof randomPurposes)[number], RandomGenerator>>;

export interface TrainingState {
  /** Replaced by every step. */
  optimiser: OptimiserState;
  epochsDone: number;
  readonly randoms: Randoms;
  readonly trustedSampler: CyclingSampler;
  readonly recorder: SignalRecorder;
  /** Replaced by every epoch that is no fine-tuning. */
  plateau: PlateauState;
  /** With what it remembers. */
  readonly method: TrainingMethod;
}

/** The state before the first step. */
export function startState(job: TrainingJob, network: Network): TrainingState {
  const { seed } = job.settings;
  const randoms = makeRandoms((purpose) => createRandom(deriveSeed(seed, purpose)));
  return {
    optimiser: startOptimiser(createParameters(network.parameters, deriveSeed(seed, 'parameters'))),
    epochsDone: 0,
    randoms,
    trustedSampler: new CyclingSampler(chooseSamples(job).used, randoms.trusted),
    recorder: new SignalRecorder(emptyRunSums(job.sampleCount, job.classCount)),
    plateau: startPlateau(job.sampleCount),
    method: makeMethod(job, randoms.method),
  };
}

/** Reads the parameters back from the engine. */
export async function saveState(
  job: TrainingJob,
  network: Network,
  state: TrainingState,
): Promise<Uint8Array<ArrayBuffer>> {
  const { order, position } = state.trustedSampler.state();
  const arrays: Record<string, CheckpointArray> = {
    counters: Uint32Array.of(state.epochsDone, position),
    'trusted-order': Uint32Array.from(order),
    ...runSumArrays(state.recorder.run),
    ...plateauArrays(state.plateau),
  };
  for (const [name, values] of Object.entries(state.method.state)) arrays[`method/${name}`] = values;
  for (const purpose of randomPurposes) arrays[`random/${purpose}`] = Uint32Array.from(state.randoms[purpose].state());
  for (const [index, { name }] of network.parameters.entries()) {
    arrays[`parameter/${name}`] = await readTensor(state.optimiser.parameters[index]);
    arrays[`momentum/${name}`] = await readTensor(state.optimiser.momenta[index]);
  }
  return encodeCheckpoint({ fingerprint: fingerprint(job), arrays });
}

/**
 * Takes a run up again. Throws `checkpoint-damaged`, and `run-not-resumable` where the checkpoint was made with other settings,
 * labels or trusted samples.
 */
export function loadState(job: TrainingJob, network: Network, checkpoint: Uint8Array): TrainingState {
  const content = decodeCheckpoint(checkpoint);
  if (content.fingerprint !== fingerprint(job)) {
    throw new TouchstoneError(
      'run-not-resumable',
      'This run cannot go on: its settings, labels or trusted images have changed since. Start a new run.',
    );
  }
  const take = arrayTaker(content.arrays);
  const [epochsDone = 0, position = 0] = take.uint32('counters');
  const randoms = makeRandoms((purpose) =>
    restoreRandom(Array.from(take.uint32(`random/${purpose}`), (word) => word | 0)),
  );
  const method = makeMethod(job, randoms.method);
  for (const [name, values] of Object.entries(method.state)) values.set(take.float64(`method/${name}`));
  const order = take.uint32('trusted-order');
  const upload = (kind: string): Tensor[] =>
    uploadParameters(
      network.parameters,
      network.parameters.map(({ name }) => take.float32(`${kind}/${name}`)),
    );
  return {
    optimiser: { parameters: upload('parameter'), momenta: upload('momentum') },
    epochsDone,
    randoms,
    trustedSampler: new CyclingSampler(order, randoms.trusted, { order: [...order], position }),
    recorder: new SignalRecorder(readRunSums(take)),
    plateau: readPlateau(take),
    method,
  };
}

/** What two jobs must agree in for one to go on where the other stopped. */
function fingerprint({ settings, classCount, sampleCount, inputs, labels, trusted }: TrainingJob): string {
  const checksums = [labels, trusted].map((array) =>
    crc32(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)),
  );
  const width = inputs.kind === 'vectors' ? inputs.dimensions : inputs.size;
  return JSON.stringify({ ...settings, classCount, sampleCount, inputs: inputs.kind, width, checksums });
}

function makeRandoms(make: (purpose: string) => RandomGenerator): Randoms {
  return {
    order: make('order'),
    trusted: make('trusted'),
    masks: make('masks'),
    augmentation: make('augmentation'),
    method: make('method'),
  };
}

function makeMethod(job: TrainingJob, random: RandomGenerator): TrainingMethod {
  const { settings, sampleCount, classCount, classFactors, labels } = job;
  const classSizes = new Uint32Array(classCount);
  for (const sample of chooseSamples(job).trained) classSizes[labels[sample] ?? 0]! += 1;
  const epochs = settings.epochs - settings.fineTuneEpochs;
  const seed = deriveSeed(settings.seed, 'method-start');
  return createMethod(settings, { sampleCount, classCount, classSizes, classFactors, epochs, seed, random });
}

async function readTensor(tensor: Tensor | undefined): Promise<Float32Array> {
  return Float32Array.from((await tensor?.data()) ?? []);
}

function runSumArrays({ signals, visits, answers, logits }: RunSums): Record<string, CheckpointArray> {
  const sums = Object.entries(signals).map(([name, values]) => [`sum/${name}`, values] as const);
  return { ...Object.fromEntries(sums), visits, answers, logits };
}

function readRunSums(take: ReturnType<typeof arrayTaker>): RunSums {
  return {
    signals: {
      weight: take.float64('sum/weight'),
      alignment: take.float64('sum/alignment'),
      cosine: take.float64('sum/cosine'),
      harm: take.float64('sum/harm'),
      margin: take.float64('sum/margin'),
      loss: take.float64('sum/loss'),
      probability: take.float64('sum/probability'),
    },
    visits: take.uint32('visits'),
    answers: take.uint32('answers'),
    logits: take.float64('logits'),
  };
}

function plateauArrays(state: PlateauState): Record<string, CheckpointArray> {
  const { epochs, agreement, bestAgreement, plateau, weights, visits } = state;
  const numbers = Float64Array.of(epochs, agreement, bestAgreement, plateau);
  return { 'plateau/numbers': numbers, 'plateau/weights': weights, 'plateau/visits': visits };
}

function readPlateau(take: ReturnType<typeof arrayTaker>): PlateauState {
  const [epochs = 0, agreement = 0, bestAgreement = 0, plateau = 0] = take.float64('plateau/numbers');
  const sums = { weights: take.float64('plateau/weights'), visits: take.float64('plateau/visits') };
  return { epochs, agreement, bestAgreement, plateau, ...sums };
}

/** Arrays by name, each checked to be there and of its kind; copied, so that the checkpoint's memory can go. */
function arrayTaker(arrays: Readonly<Record<string, CheckpointArray>>) {
  const missing = (name: string): TouchstoneError =>
    new TouchstoneError('checkpoint-damaged', `The checkpoint of this run holds no "${name}". Start the run again.`);
  return {
    float32(name: string): Float32Array {
      const array = arrays[name];
      if (array instanceof Float32Array) return array.slice();
      throw missing(name);
    },
    float64(name: string): Float64Array {
      const array = arrays[name];
      if (array instanceof Float64Array) return array.slice();
      throw missing(name);
    },
    uint32(name: string): Uint32Array {
      const array = arrays[name];
      if (array instanceof Uint32Array) return array.slice();
      throw missing(name);
    },
  };
}
