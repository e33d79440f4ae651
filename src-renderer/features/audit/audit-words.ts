/** What audit and self-test say, in sentences. */
import type { AuditReport, EstimateView, SelfTestReport } from '../../../src-main/contract/payloads.ts';
import { formatCount, formatImages, formatShare } from '../../lib/format.ts';

/** "31 to 55". */
export function countRange({ low, high }: Pick<EstimateView, 'low' | 'high'>): string {
  return `${formatCount(Math.round(low))} to ${formatCount(Math.round(high))}`;
}

/** "71 % to 88 %". */
function shareRange({ low, high }: Pick<EstimateView, 'low' | 'high'>): string {
  return `${formatShare(low)} to ${formatShare(high)}`;
}

/** "About 43 of 600 pictures have a wrong label; with 95 % confidence 31 to 55." */
export function wrongSentence({ wrongLabels, images }: AuditReport): string {
  if (!wrongLabels) return 'Judge the drawn images, and this tells how many labels are wrong.';
  const value = formatCount(Math.round(wrongLabels.value));
  return `About ${value} of ${formatImages(images)} have a wrong label; with 95\u00a0% confidence ${countRange(wrongLabels)}.`;
}

/** What the number still rests on, or null when every draw is judged. */
export function unjudgedSentence({ draws, judgedDraws }: AuditReport): string | null {
  const left = draws - judgedDraws;
  if (left === 0 || judgedDraws === 0) return null;
  return `${formatCount(left)} of ${formatCount(draws)} draws are not judged yet. Leaving out the hard ones would bias this.`;
}

/** What the pictures that wait, or that many more, would bring: the interval shrinks with the root of the draws. */
export function narrowingSentence({ wrongLabels, draws, judgedDraws }: AuditReport, further: number): string | null {
  if (!wrongLabels || judgedDraws === 0) return null;
  const waiting = draws - judgedDraws;
  const more = waiting > 0 ? waiting : further;
  const width = Math.round((wrongLabels.high - wrongLabels.low) / 2);
  const then = Math.round(width * Math.sqrt(judgedDraws / (judgedDraws + more)));
  return `Now \u00b1\u00a0${formatCount(width)}. ${waiting > 0 ? `The ${formatCount(more)} that wait` : `${formatCount(more)} images more`} would make it about \u00b1\u00a0${formatCount(then)}.`;
}

export function recallSentence({ recall, size }: AuditReport['cuts'][number]): string {
  if (!recall) return 'No wrong label was drawn yet: how many of them this finds is not known.';
  return `Reviewing the first ${formatCount(size)} finds ${formatShare(recall.value)} of the wrong labels (${shareRange(recall)}).`;
}

export function precisionSentence({ precision }: AuditReport['cuts'][number]): string {
  if (!precision) return 'None of these was drawn yet.';
  return `Of these images, ${formatShare(precision.value)} have a wrong label (${shareRange(precision)}).`;
}

/** The three things a self-test says, each as a range. */
export function selfTestSentences({
  cut,
  recall,
  precisionOfNext,
  reviewForMost,
}: SelfTestReport): readonly { readonly figure: string; readonly text: string }[] {
  const { low, high } = reviewForMost;
  return [
    {
      figure: shareRange(recall),
      text: `of the wrong labels are expected among the first ${formatImages(cut)} of the list`,
    },
    { figure: shareRange(precisionOfNext), text: 'of the next 50 images are expected to be wrong' },
    {
      figure: low === high ? formatCount(low) : `${formatCount(low)} to ${formatCount(high)}`,
      text: 'images more to review, to meet 90\u00a0% of the wrong labels',
    },
  ];
}
