/** What a finished run leaves: everything that tables and charts are drawn from. Plain data, kept as JSON. */
import type { RunSettings } from '../core/reweight/run-settings.ts';

export interface CurvePoint {
  readonly step: number;
  /** Mean of the classes' accuracies on the test pictures, in [0, 1]. */
  readonly accuracy: number;
  /** Mean weighted training loss of the epoch; null where every step was skipped. */
  readonly trainingLoss: number | null;
}

/**
 * Mean weights per picture over one epoch, as shares of the mean over all pictures, counted in 20 equal bins over [0, 5); the last takes the rest.
 * L2RW's mean is about 1 anyway; the weights of GDW and MW-Net do not sum to one and may be small altogether.
 */
export interface WeightCounts {
  readonly step: number;
  /** Of pictures whose label is right, and of those whose label was changed. Trusted ones are in neither. */
  readonly right: readonly number[];
  readonly wrong: readonly number[];
}

export interface CellResult {
  readonly preset: string;
  readonly row: string;
  readonly column: string;
  readonly seed: number;
  readonly settings: RunSettings;
  readonly steps: number;
  /** As the preset reads it: the last one's, or the mean of the last five epochs'. */
  readonly accuracy: number;
  readonly published: number | null;
  readonly curve: readonly CurvePoint[];
  /** Of the test pictures, [K][K]: true class, answered class. */
  readonly confusion: readonly (readonly number[])[];
  readonly classNames: readonly string[];
  /** Of the epoch at half the run, where the learning rate has not dropped yet (figure 3 of the paper). */
  readonly weights: WeightCounts | null;
  readonly trainingPictures: number;
  readonly wrongLabels: number;
  readonly trustedPictures: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly finishedAt: string;
}

/** A run that was stopped: what it had measured, and the state that it goes on from. */
export interface PartialRun {
  readonly settings: RunSettings;
  readonly curve: readonly CurvePoint[];
  readonly confusion: readonly (readonly number[])[];
  readonly weights: WeightCounts | null;
  readonly seconds: number;
}
