/** Scores in sentences, for someone who has to judge a picture. What each means: core/ranking/score-words.ts. */
import { suspiciousEnd } from '../../../src-main/core/ranking/run-scores.ts';
import type { ScoreName } from '../../../src-main/core/ranking/run-scores.ts';
import { formatShare } from '../../lib/format.ts';

/** "More suspicious than 97 % of the others": a percentile as the share of suspects that look less wrong, in [0, 1]. */
export function percentileSentence(percentile: number): string {
  if (percentile >= 0.5) return `More suspicious than ${formatShare(percentile)} of the images`;
  return `Less suspicious than ${formatShare(1 - percentile)} of the images`;
}

/** What the start of a list ordered by the score holds, for the choice of the order. */
export function orderDetail(name: ScoreName): string {
  return suspiciousEnd[name] === 'largest' ? 'Largest first' : 'Smallest first';
}
