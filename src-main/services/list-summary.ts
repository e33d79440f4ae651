/** A whole ranked list in numbers: how far the review is, how much of it was wrong, how the score spreads. */
import type { ReviewSummary } from '../contract/payloads.ts';
import { decisionKinds, type DecisionKind } from '../core/dataset/decision.ts';
import { decisionCode } from './sample-index.ts';
import type { RankedList } from './ranked-lists.ts';
import { inStretches } from './take-turns.ts';
import { wrongShare } from './wrong-share.ts';

const binCount = 40;

const stretchSamples = 100_000;

export async function summariseList(list: RankedList): Promise<ReviewSummary> {
  const { counts, moved } = await countDecisions(list);
  const count = (kind: DecisionKind): number => counts[decisionCode(kind)] ?? 0;
  const [relabelled, unsure] = [count('relabel'), count('unsure')];
  // With both labels right the given one is; with neither it is wrong, and the image leaves.
  const [kept, dropped] = [count('keep') + count('both'), count('drop') + count('neither')];
  const decided = kept + dropped + relabelled + unsure;
  return {
    ...{ total: list.positions.length, decided, kept, dropped, relabelled, unsure },
    wrongShare: wrongShare(dropped + moved, kept + dropped + relabelled),
    histogram: await drawHistogram(list),
    estimatedErrors: await sumErrors(list),
  };
}

/** `moved`: relabelled to another class than the given one. */
async function countDecisions({ index, positions }: RankedList) {
  const relabel = decisionCode('relabel');
  const counts = new Uint32Array(decisionKinds.length + 1);
  let moved = 0;
  await inStretches(positions.length, stretchSamples, (from, to) => {
    for (const position of positions.subarray(from, to)) {
      const code = index.decisions[position] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
      if (code === relabel && index.correctedClassIds[position] !== index.givenClassIds[position]) moved += 1;
    }
  });
  return { counts, moved };
}

/** Null where nothing in the list has the score. */
async function drawHistogram({ ranking, positions }: RankedList): Promise<ReviewSummary['histogram']> {
  if (!ranking) return null;
  const { from, to } = await rangeOf(ranking.scores, positions);
  if (from > to) return null;
  const counts = new Array<number>(binCount).fill(0);
  const perUnit = to > from ? binCount / (to - from) : 0;
  await inStretches(positions.length, stretchSamples, (start, end) => {
    for (let place = start; place < end; place++) {
      const score = ranking.scores[positions[place] ?? 0] ?? Number.NaN;
      const bin = Math.min(binCount - 1, Math.floor((score - from) * perUnit));
      if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1;
    }
  });
  return { from, to, counts };
}

async function rangeOf(scores: Float32Array, positions: Int32Array) {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  await inStretches(positions.length, stretchSamples, (start, end) => {
    for (let place = start; place < end; place++) {
      const score = scores[positions[place] ?? 0] ?? Number.NaN;
      if (score < from) from = score;
      if (score > to) to = score;
    }
  });
  return { from, to };
}

/** The chances of the list's suspects to be wrong, added up. Null where the run's ranking gives none. */
async function sumErrors({ runView, positions }: RankedList): Promise<number | null> {
  if (!runView?.scores.noise) return null;
  const { isSuspect, runIndices, scores } = runView;
  const { errorProbability } = scores;
  let sum = 0;
  await inStretches(positions.length, stretchSamples, (from, to) => {
    for (const position of positions.subarray(from, to)) {
      if (isSuspect[position] === 1) sum += errorProbability[runIndices[position] ?? -1] || 0;
    }
  });
  return sum;
}
