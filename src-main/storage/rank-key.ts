/** How the ranked lists name a score and order its values. */
import { suspiciousEnd, type ScoreName } from '../core/ranking/run-scores.ts';

/** Numbers of the scores in the column score_orders.score. They are in people's files: add new ones, never change one. */
export const scoreCodes = {
  suspicion: 1,
  weight: 2,
  alignment: 3,
  cosine: 4,
  harm: 5,
  margin: 6,
  loss: 7,
  probability: 8,
  neighbours: 9,
  trustedOnly: 10,
  selfConfidence: 11,
} as const satisfies Record<ScoreName, number>;

/** The columns of sample_scores. */
export const scoreColumns = {
  suspicion: 'suspicion',
  weight: 'weight',
  alignment: 'alignment',
  cosine: 'cosine',
  harm: 'harm',
  margin: 'margin',
  loss: 'loss',
  probability: 'probability',
  neighbours: 'neighbours',
  trustedOnly: 'trusted_only',
  selfConfidence: 'self_confidence',
} as const satisfies Record<ScoreName, string>;

/** Stands for every class in the column score_orders.class_id. Class ids begin at 1. */
export const everyClass = 0;

/** Smallest for the most suspicious. Adding 0 turns -0, which has bits of its own, into 0. */
export function rankKey(name: ScoreName, score: number): number {
  return (suspiciousEnd[name] === 'largest' ? -score : score) + 0;
}
