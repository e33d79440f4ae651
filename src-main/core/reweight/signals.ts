/** What training records about samples. Units and signs: `core/glossary.md`. */

/** What training measures of each sample, N entries each, in the order of the run's samples. NaN for one that was not trained on. */
export interface MeanSignals {
  readonly weight: Float32Array;
  readonly alignment: Float32Array;
  readonly cosine: Float32Array;
  readonly harm: Float32Array;
  readonly margin: Float32Array;
  readonly loss: Float32Array;
  readonly probability: Float32Array;
}

/** One epoch's means over each sample's visits. All arrays have N entries, in the order of the run's samples. */
export interface EpochSignals extends MeanSignals {
  /** Visits in this epoch; 0 for a sample that was not trained on (all its other entries are then NaN). */
  readonly visits: Uint16Array;
  /** Class index (from 0) of the largest logit; -1 without a visit. */
  readonly predicted: Int16Array;
}

/** The run's numbers for an epoch, for charts. */
export interface EpochMetrics {
  readonly epochIndex: number;
  /** Mean weighted training loss and mean trusted loss over the epoch's steps, nats. */
  readonly trainingLoss: number;
  readonly trustedLoss: number;
  /** Share of correct predictions on the trusted samples held out from training, or null without any. */
  readonly trustedAccuracy: number | null;
  /** Share of visits with weight zero. */
  readonly zeroWeightShare: number;
  /** Steps that were skipped because no example of the batch was helpful. */
  readonly skippedSteps: number;
  /** Mean of 1 / sum of w_i^2 over steps: how many examples a step really used. */
  readonly effectiveSampleSize: number;
  readonly learningRate: number;
  readonly durationMs: number;
  readonly examplesPerSecond: number;
  /** Tensors alive at the epoch's end; constant over a run unless something leaks. */
  readonly tensorCount: number;
  /** Counts of the visits' weights in 20 equal bins over [0, 5); the last bin takes the rest. */
  readonly weightHistogram: readonly number[];
}
