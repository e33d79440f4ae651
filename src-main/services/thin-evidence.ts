/** Says in words where there is little to judge an image by: few visits, a model of two minds, hardly any trusted images of its classes. */
import type { EpochPoint } from '../contract/payloads.ts';
import { listNames } from './list-names.ts';

/** Fewer visits than this are too few to speak of a habit of the model. */
const fewVisits = 3;
/** Fewer trusted images of a class than this are too few to rely on (core/ranking/README.md). */
const fewTrusted = 3;
/** From a third of at least six epochs on the other side, the model is of two minds. */
const leastEpochs = 6;
const mixedShare = 1 / 3;

export interface Evidence {
  readonly visits: number;
  readonly history: readonly Pick<EpochPoint, 'margin'>[];
  /** The classes that the image may be of, with how many trusted images each had when the run began. */
  readonly classes: readonly { readonly name: string; readonly trusted: number }[];
}

/** For example: Thin evidence: 1 trusted image of "cat", seen 2 times. Null where there is enough. */
export function thinEvidence({ visits, history, classes }: Evidence): string | null {
  const reasons: string[] = [];
  const bare = classes.filter(({ trusted }) => trusted === 0);
  if (bare.length > 0) reasons.push(`no trusted image of ${listNames(bare)}`);
  for (const { name, trusted } of classes) {
    if (trusted > 0 && trusted < fewTrusted) reasons.push(`only ${count(trusted, 'trusted image')} of "${name}"`);
  }
  if (visits < fewVisits) reasons.push(`seen ${count(visits, 'time')} in training`);
  const margins = history.map(({ margin }) => margin).filter((margin) => margin !== null);
  const lost = margins.filter((margin) => margin < 0).length;
  const isMixed = Math.min(lost, margins.length - lost) >= margins.length * mixedShare;
  if (margins.length >= leastEpochs && isMixed) {
    reasons.push(`the model was against the label in ${lost} of ${margins.length} epochs`);
  }
  return reasons.length === 0 ? null : `Thin evidence: ${reasons.join('; ')}.`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
