/** What the check of the pictures found, in sentences. */
import type { ProblemSummary } from '../../../src-main/contract/payloads.ts';
import type { ProblemKind } from '../../../src-main/core/dataset/sample.ts';
import { formatMoment, formatImages } from '../../lib/format.ts';
import { problemNames } from '../import/import-words.ts';

/** One line under each kind: what it is, and what to do about it. */
export const problemAdvice: Readonly<Partial<Record<ProblemKind, string>>> = {
  duplicate: 'Copies with the same bytes: dropping all but one loses nothing.',
  'duplicate-other-label': 'One of the labels is wrong.',
  'near-duplicate': 'Resized, recompressed or hardly changed copies.',
  'near-duplicate-other-label': 'One of the labels is wrong.',
  'near-duplicate-of-trusted': 'They leak the trusted set into the training.',
  blurred: 'Hardly any fine detail.',
  dark: 'Even the brightest parts are dark.',
  bright: 'Even the darkest parts are bright.',
  'odd-aspect': 'One side is more than three times the other.',
  'low-information': 'Almost one plain colour.',
};

export function checkSentence(summary: ProblemSummary): string {
  const { checkedAtMs, images, isCurrent, hadVectors } = summary;
  if (checkedAtMs === null) {
    return 'Not checked yet. Every image is looked at once: nearly identical ones, the same image under two labels, blurred, dark, bright, oddly shaped and empty ones.';
  }
  const said = `${formatImages(images)} checked on ${formatMoment(checkedAtMs)}.`;
  if (!isCurrent) return `${said} Images were imported since: check again.`;
  return hadVectors ? said : `${said} After a training, checking again finds more near-duplicates.`;
}

/** Null where nothing was left out. */
export function leftOutSentence({ leftOut }: ProblemSummary): string | null {
  if (leftOut.length === 0) return null;
  const names = leftOut.map((kind) => problemNames[kind].toLowerCase()).join(', ');
  return `More than a third of the images are ${names}: that is how they are, so it is not listed.`;
}
