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
 * d deep; its range runs from the lowest end of the kinds' 95 % Wilson intervals to the highest. Precision of the next n images
 * is errorCount times recall at n, divided by n. Kinds without any planted error are left out; without any kind all ranges are open.
 */
export function measurePlanted(ranking: PlantedRanking): PlantedMeasure {
  const cut = Math.round(ranking.errorCount);
  const { depths, realCount } = depthsOf(ranking);
  const recallAt = (depth: number): Range => {
    const ends = depths.map((kind) => wilsonInterval(kind.filter((own) => own <= depth).length, kind.length));
    return { low: Math.min(1, ...ends.map(({ low }) => low)), high: Math.max(0, ...ends.map(({ high }) => high)) };
  };
  const next = Math.min(nextImages, realCount);
  const nextRecall = recallAt(next);
  const share = (recall: number): number => (next > 0 ? Math.min(1, (ranking.errorCount * recall) / next) : 0);
  const most = depths.map((kind) => kind[Math.ceil(wantedRecall * kind.length) - 1] ?? realCount);
  return {
    cut,
    recall: recallAt(cut),
    precisionOfNext: { low: share(nextRecall.low), high: share(nextRecall.high) },
    reviewForMost: { low: Math.min(realCount, ...most), high: Math.max(0, ...most) },
  };
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
