/**
 * A method as the training loop holds it: a way to weight batches, which may know where the run is and remember what it saw.
 *
 * Plain numbers only. What a method remembers lies in `state`, so that a run taken up from a checkpoint goes on exactly.
 */
import type { RandomGenerator } from '../random/random-generator.ts';
import type { BatchFindings, BatchWeights, WeightingMethod } from './weighting-method.ts';

/** Where in the run a step is. */
export interface StepPlace {
  /** Samples of the batch, [B]: indices into the run's samples. A sample may occur twice. */
  readonly samples: Uint32Array;
  /** Share of the run's steps that are done, in [0, 1). */
  readonly progress: number;
  readonly learningRate: number;
}

/** What a method is made from. */
export interface MethodSetup {
  /** N and K. */
  readonly sampleCount: number;
  readonly classCount: number;
  /** N_c: samples that are trained on, per class, [K]. */
  readonly classSizes: Uint32Array;
  readonly epochs: number;
  /** Decides what the method starts from. */
  readonly seed: number;
  /** For what is drawn during the run; its state is in the checkpoint, so making a method must not draw from it. */
  readonly random: RandomGenerator;
}

export interface TrainingMethod {
  readonly weigh: (findings: BatchFindings, place: StepPlace) => BatchWeights;
  /** Called behind the last step of every epoch; `epochsDone` counts that epoch. */
  readonly endEpoch?: (epochsDone: number) => void;
  /** What the method remembers, by name; changed in place, saved and filled by checkpoints. */
  readonly state: Readonly<Record<string, Float64Array>>;
}

/** A method that remembers nothing. */
export function stateless(weigh: WeightingMethod): TrainingMethod {
  return { weigh, state: {} };
}
