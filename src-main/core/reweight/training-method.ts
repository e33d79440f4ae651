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
  /** a_c of `proportion` where they are not 1 / N_c, [K]. */
  readonly classFactors?: Float64Array | undefined;
  readonly epochs: number;
  /** Decides what the method starts from. */
  readonly seed: number;
  /** For what is drawn during the run; its state is in the checkpoint, so making a method must not draw from it. */
  readonly random: RandomGenerator;
}

export interface TrainingMethod {
  readonly weigh: (findings: BatchFindings, place: StepPlace) => BatchWeights;
  /** Whether `weigh` looks at the logit tangents, which cost a step of an uncoupled network a seventh more. */
  readonly wantsLogitTangents?: true;
  /** Called behind the last step of every epoch; `epochsDone` counts that epoch. */
  readonly endEpoch?: (epochsDone: number) => void;
  /** Sums of the labels that the method would rather learn, over each sample's visits, [N, K]: its own suggestions (GDW). Part of `state`. */
  readonly softLabels?: Float64Array;
  /** What the method remembers, by name; changed in place, saved and filled by checkpoints. */
  readonly state: Readonly<Record<string, Float64Array>>;
}

/** A method that remembers nothing. */
export function stateless(weigh: WeightingMethod): TrainingMethod {
  return { weigh, state: {} };
}
