/** A whole ranked list in numbers: how far the review is, how much of it was wrong, how the score spreads. */
import type { ReviewSummary } from '../contract/payloads.ts';
import { decisionCode } from './sample-index.ts';
import type { RankedList } from './ranked-lists.ts';
import { wrongShare } from './wrong-share.ts';

const binCount = 40;

export function summariseList(list: RankedList): ReviewSummary {
  const { counts, moved } = countDecisions(list);
  const [kept, dropped, relabelled, unsure] = (['keep', 'drop', 'relabel', 'unsure'] as const).map(
    (kind) => counts[decisionCode(kind)] ?? 0,
  ) as [number, number, number, number];
  const decided = kept + dropped + relabelled + unsure;
  return {
    ...{ total: list.positions.length, decided, kept, dropped, relabelled, unsure },
    wrongShare: wrongShare(dropped + moved, kept + dropped + relabelled),
    histogram: drawHistogram(list),
    estimatedErrors: null,
  };
}

/** `moved`: relabelled to another class than the given one. */
function countDecisions({ index, positions }: RankedList): { readonly counts: Uint32Array; readonly moved: number } {
  const relabel = decisionCode('relabel');
  const counts = new Uint32Array(relabel + 8);
  let moved = 0;
  for (const position of positions) {
    const code = index.decisions[position] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
    if (code === relabel && index.correctedClassIds[position] !== index.givenClassIds[position]) moved += 1;
  }
  return { counts, moved };
}

/** Null where nothing in the list has the score. */
function drawHistogram({ runView, by, positions }: RankedList): ReviewSummary['histogram'] {
  if (!runView) return null;
  const scores = runView.suspectScores(by);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < positions.length; place++) {
    const score = scores[positions[place] ?? 0] ?? Number.NaN;
    if (score < from) from = score;
    if (score > to) to = score;
  }
  if (from > to) return null;
  const counts = new Array<number>(binCount).fill(0);
  const perUnit = to > from ? binCount / (to - from) : 0;
  for (let place = 0; place < positions.length; place++) {
    const bin = Math.min(binCount - 1, Math.floor(((scores[positions[place] ?? 0] ?? Number.NaN) - from) * perUnit));
    if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from, to, counts };
}
