/**
 * The phases of a run: training by the method, then, where the settings ask for it, fine-tuning on the trusted samples alone (+FT of Ren et
 * al. 2018: all of them weigh the same, at the low rate that the paper's schedule ends with).
 */
import type { BatchSampling } from '../core/reweight/batch-sampling.ts';
import { sampleAll } from '../core/reweight/batch-sampling.ts';
import { learningRateAt } from '../core/reweight/learning-rate.ts';
import { chooseSampling } from '../core/reweight/training-methods.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';
import type { ChosenSamples } from './chosen-samples.ts';
import { columnMoments } from '../core/ranking/standardise.ts';

/** The paper's schedule ends at a hundredth of its first rate, and fine-tunes there. */
const fineTuningRate = 0.01;

export interface Phase {
  readonly isFineTuning: boolean;
  readonly samples: Uint32Array;
  readonly sampling: BatchSampling;
  /** Epochs and steps of the run before this phase, and its own. */
  readonly firstEpoch: number;
  readonly firstStep: number;
  readonly epochs: number;
  readonly steps: number;
}

/** In their order; one or two. */
export function createPhases(
  { settings, labels, inputs }: TrainingJob,
  { trained, used }: ChosenSamples,
): readonly Phase[] {
  const labelsOf = (samples: Uint32Array): Int32Array => Int32Array.from(samples, (sample) => labels[sample] ?? 0);
  const { batchSize } = settings;
  const distance = inputs.kind === 'vectors' ? distanceBetween(inputs, trained) : null;
  const plain = chooseSampling(settings)({ labels: labelsOf(trained), batchSize, distance });
  const fineTuning = sampleAll({ labels: labelsOf(used), batchSize, distance: null });
  const epochs = settings.epochs - settings.fineTuneEpochs;
  const steps = epochs * plain.stepsPerEpoch;
  const start = { firstEpoch: 0, firstStep: 0, epochs, steps };
  const end = {
    firstEpoch: epochs,
    firstStep: steps,
    epochs: settings.fineTuneEpochs,
    steps: settings.fineTuneEpochs * fineTuning.stepsPerEpoch,
  };
  const phases: readonly Phase[] = [
    { isFineTuning: false, samples: trained, sampling: plain, ...start },
    { isFineTuning: true, samples: used, sampling: fineTuning, ...end },
  ];
  return phases.filter((phase) => phase.epochs > 0);
}

/** Squared distances between the samples at two positions, in the standardised space that the head sees. */
function distanceBetween(
  { buffer, dimensions }: { readonly buffer: SharedArrayBuffer; readonly dimensions: number },
  samples: Uint32Array,
): (a: number, b: number) => number {
  const vectors = new Float32Array(buffer);
  let deviations: Float64Array | null = null;
  return (a, b) => {
    deviations ??= columnMoments(vectors, dimensions).deviations;
    const [startA, startB] = [(samples[a] ?? 0) * dimensions, (samples[b] ?? 0) * dimensions];
    let sum = 0;
    for (let d = 0; d < dimensions; d++) {
      const deviation = deviations[d] ?? 0;
      if (deviation > 0) sum += (((vectors[startA + d] ?? 0) - (vectors[startB + d] ?? 0)) / deviation) ** 2;
    }
    return sum;
  };
}

/** The phase of an epoch; the last one for the epoch behind the last. */
export function phaseAt(phases: readonly Phase[], epochIndex: number): Phase {
  const phase = phases.findLast(({ firstEpoch }) => firstEpoch <= epochIndex);
  if (phase === undefined) throw new Error(`No phase has epoch ${epochIndex + 1}.`);
  return phase;
}

/** Steps of the run before a step, and of the phase before it. */
export function stepsBefore(phase: Phase, epochIndex: number, stepInEpoch: number): { run: number; phase: number } {
  const inPhase = (epochIndex - phase.firstEpoch) * phase.sampling.stepsPerEpoch + stepInEpoch;
  return { run: phase.firstStep + inPhase, phase: inPhase };
}

export function stepsTotal(phases: readonly Phase[]): number {
  return phases.reduce((total, { steps }) => total + steps, 0);
}

/** `stepIndex` counts from the start of the phase. */
export function phaseLearningRate(phase: Phase, settings: TrainingJob['settings'], stepIndex: number): number {
  if (phase.isFineTuning) return settings.learningRate * fineTuningRate;
  return learningRateAt(settings.schedule, settings.learningRate, stepIndex, phase.steps, settings.rateDrops);
}
