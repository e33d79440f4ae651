/**
 * What finding planted errors says of finding real ones: a range, since nobody knows whether the real ones are more like those
 * that the noise matrix makes or like the hard ones. On human noise the truth lay between the two, or below (docs/detection.md).
 */
import { wilsonInterval } from '../metrics/wilson-interval.ts';

/** Images ahead that the expected precision is given for. */
export const nextImages = 50;
/** Share of the errors that "how many more to review" is about. */
const wantedRecall = 0.9;

export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface PlantedRanking {
  /** Of the run with the planted errors, [N]; NaN for samples that are not ranked. */
  readonly suspicion: Float32Array;
  /** Sample indices of each kind of planted errors. */
  readonly kinds: readonly Uint32Array[];
  /** 1 for samples that the user has judged: they need no more review, [N]. */
  readonly isReviewed: Uint8Array;
  /** Expected number of real wrong labels. */
  readonly errorCount: number;
}

export interface PlantedMeasure {
  /** The first `errorCount` images of the list: what the recall is given for. */
  readonly cut: number;
  /** Share of the errors that stand within the cut. */
  readonly recall: Range;
  /** Expected share of wrong labels among the next 50 images. */
  readonly precisionOfNext: Range;
  /** Images to review, from the top, to meet 90 % of the errors. */
  readonly reviewForMost: Range;
}

/**
 * Depth of a planted error: how many real images, not reviewed yet, stand above it. Recall at depth d is the share of a kind at most
 * d deep; its range runs from the lowest end of the kinds' 95 % Wilson intervals to the highest. Kinds without any planted error are left out;
 * without any kind all ranges are open.
 *
 * Precision of the first d images is errorCount times recall at d, divided by d. Hardly any planted error stands among the next 50, so that
 * their own recall says nothing; but wrong labels get no denser further down, so the largest lower end of any longer beginning holds for them too.
 *
 * To review for 90 %: from the least depth whose recall may be 90 % by the interval of the easiest kind, to the least depth whose recall
 * is at least 90 % by the interval of the hardest, or to the deepest planted error where there are too few to tell.
 */
export function measurePlanted(ranking: PlantedRanking): PlantedMeasure {
  const cut = Math.round(ranking.errorCount);
  const { depths, realCount } = depthsOf(ranking);
  const recallAt = (depth: number): Range => {
    const ends = depths.map((kind) => wilsonInterval(kind.filter((own) => own <= depth).length, kind.length));
    return { low: Math.min(1, ...ends.map(({ low }) => low)), high: Math.max(0, ...ends.map(({ high }) => high)) };
  };
  const next = Math.min(nextImages, realCount);
  const precisionAt = (depth: number): Range => {
    const { low, high } = recallAt(depth);
    const share = (recall: number): number => (depth > 0 ? Math.min(1, (ranking.errorCount * recall) / depth) : 0);
    return { low: share(low), high: share(high) };
  };
  const sustained = beginnings(next, Math.min(cut, realCount)).map((depth) => precisionAt(depth).low);
  const most = depths.map((kind) => depthOfMost(kind));
  return {
    cut,
    recall: recallAt(cut),
    precisionOfNext: { low: Math.max(...sustained), high: precisionAt(next).high },
    reviewForMost: {
      low: Math.min(realCount, ...most.map(({ low }) => low)),
      high: most.length > 0 ? Math.max(...most.map(({ high }) => high)) : realCount,
    },
  };
}

/** `from`, twice that, and so on, and `to`. */
function beginnings(from: number, to: number): number[] {
  const depths = [from];
  for (let depth = 2 * from; from > 0 && depth < to; depth *= 2) depths.push(depth);
  return to > from ? [...depths, to] : depths;
}

/** Depth that 90 % of a kind's errors, ascending, are within. */
function depthOfMost(kind: readonly number[]): Range {
  const holds = (end: 'low' | 'high') => (_: number, index: number) =>
    wilsonInterval(index + 1, kind.length)[end] >= wantedRecall;
  const deepest = kind.at(-1) ?? 0;
  return { low: kind.find(holds('high')) ?? deepest, high: kind.find(holds('low')) ?? deepest };
}

/** Per kind its errors' depths, ascending; and how many real images are left to review. */
function depthsOf({ suspicion, kinds, isReviewed }: PlantedRanking) {
  const kindOf = new Map<number, number>();
  kinds.forEach((samples, kind) => samples.forEach((sample) => kindOf.set(sample, kind)));
  const ranked = [...suspicion.keys()].filter((sample) => !Number.isNaN(suspicion[sample]));
  ranked.sort((a, b) => suspicion[b]! - suspicion[a]!);
  const depths: number[][] = kinds.map(() => []);
  let realCount = 0;
  for (const sample of ranked) {
    const kind = kindOf.get(sample);
    if (kind !== undefined) depths[kind]?.push(realCount);
    else if (isReviewed[sample] !== 1) realCount += 1;
  }
  return { depths: depths.filter((kind) => kind.length > 0), realCount };
}
