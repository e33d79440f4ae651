/** What each score means to someone who has to judge a picture: one sentence, and one that reads the value out. */
import { suspiciousEnd } from '../../../src-main/core/reweight/signals.ts';
import type { ScoreName } from '../../../src-main/core/reweight/signals.ts';
import { formatShare } from '../../lib/format.ts';

export interface ScoreWords {
  readonly title: string;
  /** One sentence on what the number is. */
  readonly meaning: string;
}

export const scoreWords: Readonly<Record<ScoreName, ScoreWords>> = {
  suspicion: {
    title: 'Suspicion',
    meaning: 'All the evidence in one number: the larger, the more likely the given label is wrong.',
  },
  weight: {
    title: 'Weight',
    meaning:
      'How much training made use of the picture: 0 means it was ignored, 1 is the share of an ordinary picture.',
  },
  alignment: {
    title: 'Alignment',
    meaning: 'Whether learning this label helps (above 0) or hurts (below 0) with the trusted pictures.',
  },
  cosine: {
    title: 'Direction',
    meaning:
      'The same as alignment without regard to how strongly the picture pulls, from \u22121 (against) to 1 (with).',
  },
  harm: {
    title: 'Harm',
    meaning: 'How much this label hurt with the trusted pictures on average: 0 means it never did.',
  },
  margin: {
    title: 'Margin',
    meaning: 'How far the given label is ahead of the next best answer: below 0 the model answered something else.',
  },
  loss: {
    title: 'Loss',
    meaning: 'How surprised the model was by the given label: 0 means not at all.',
  },
  probability: {
    title: 'Probability',
    meaning: 'How likely the model found the given label.',
  },
};

/** "More suspicious than 97 % of the others": a percentile as the share of suspects that look less wrong, in [0, 1]. */
export function percentileSentence(percentile: number): string {
  if (percentile >= 0.5) return `More suspicious than ${formatShare(percentile)} of the pictures`;
  return `Less suspicious than ${formatShare(1 - percentile)} of the pictures`;
}

/** What the start of a list ordered by the score holds, for the choice of the order. */
export function orderDetail(name: ScoreName): string {
  return suspiciousEnd[name] === 'largest' ? 'Largest first' : 'Smallest first';
}
