/** What a finished run says of its samples: the numbers that images are ranked, filtered and explained by. */
import type { MeanSignals } from '../reweight/signals.ts';
import type { ReferenceScores } from './reference-scores.ts';
import type { Suggestions } from './suggest-labels.ts';

/**
 * Aggregates of a whole run, N entries each. The reference scores are NaN everywhere where the run's ranking did not ask them, and a suggestion's second
 * and third place in runs of before they were kept.
 */
export interface RunScores extends MeanSignals, ReferenceScores, Suggestions {
  /** NaN for trusted samples: they are no suspects. The other scores are NaN for samples that were held out of training. */
  readonly suspicion: Float32Array;
  readonly visits: Uint32Array;
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
