/** What training records about samples. Units and signs: `core/glossary.md`. */

/** One epoch's means over each sample's visits. All arrays have N entries, in the order of the run's samples. */
export interface EpochSignals {
  /** Visits in this epoch; 0 for a sample that was not trained on (all its other entries are then NaN). */
  readonly visits: Uint16Array;
  readonly weight: Float32Array;
  readonly alignment: Float32Array;
  readonly cosine: Float32Array;
  readonly harm: Float32Array;
  readonly margin: Float32Array;
  readonly loss: Float32Array;
  readonly probability: Float32Array;
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

/** Aggregates of a whole run, N entries each: what ranking reads. */
export interface RunScores {
  /** NaN for trusted samples: they are no suspects. The other scores are NaN for samples that were held out of training. */
  readonly suspicion: Float32Array;
  readonly weight: Float32Array;
  readonly alignment: Float32Array;
  readonly cosine: Float32Array;
  readonly harm: Float32Array;
  readonly margin: Float32Array;
  readonly loss: Float32Array;
  readonly probability: Float32Array;
  /** What simpler methods say (core/ranking/reference-scores.ts); NaN everywhere where the run's ranking did not ask them. */
  readonly neighbours: Float32Array;
  readonly trustedOnly: Float32Array;
  readonly selfConfidence: Float32Array;
  readonly visits: Uint32Array;
  /**
   * Class index (from 0) of the most probable other class, and its probability if the given label is wrong, in [0, 1]
   * (core/ranking/suggest-labels.ts). Below `leastProbability` it is no suggestion.
   */
  readonly suggested: Int16Array;
  readonly suggestedProbability: Float32Array;
  /** The same of the next two; -1 and NaN where there is none, and in runs of before they were kept. */
  readonly second: Int16Array;
  readonly secondProbability: Float32Array;
  readonly third: Int16Array;
  readonly thirdProbability: Float32Array;
  /** Probability that the given label is wrong, in [0, 1]; NaN for trusted samples, and everywhere where `noise` is null. */
  readonly errorProbability: Float32Array;
  /** Null where the ranking estimates nothing (method `uniform`). */
  readonly noise: NoiseEstimate | null;
  /** How many epochs told wrong labels from right ones by their weights (core/ranking/plateau.ts): `weight` is the mean over these. Null in runs of before it was watched. */
  readonly plateau: number | null;
}

/** What a ranking says of the labels as a whole. Matrices are [K, K], row by row, in the order of the network's outputs. */
export interface NoiseEstimate {
  /** Expected number of wrong labels among the samples that are not trusted. It undercounts human errors. */
  readonly errorCount: number;
  /** [k, j] = P(given label j | class k); rows sum to one. */
  readonly transition: Float64Array;
  /** [k, j]: how many of the samples with given label j, trusted ones left out, are expected to be of class k. */
  readonly expectedCounts: Float64Array;
}

/** Scores that samples can be ordered by. */
export const scoreNames = [
  'suspicion',
  'weight',
  'alignment',
  'cosine',
  'harm',
  'margin',
  'loss',
  'probability',
  'neighbours',
  'trustedOnly',
  'selfConfidence',
] as const;
export type ScoreName = (typeof scoreNames)[number];

/** Whether the most suspicious sample has the largest or the smallest value of a score. */
export const suspiciousEnd: Readonly<Record<ScoreName, 'largest' | 'smallest'>> = {
  suspicion: 'largest',
  weight: 'smallest',
  alignment: 'smallest',
  cosine: 'smallest',
  harm: 'largest',
  margin: 'smallest',
  loss: 'largest',
  probability: 'smallest',
  neighbours: 'largest',
  trustedOnly: 'smallest',
  selfConfidence: 'smallest',
};
