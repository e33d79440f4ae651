/**
 * What finding planted errors says of finding real ones: a range, since nobody knows whether the real ones are more like those
 * that the noise matrix makes, like the hard ones or like any. On human noise the truth lay between them (core/audit/README.md).
 */
import { predictOrder, predictShare, type Interval } from '../metrics/prediction-interval.ts';
import type { PlantedErrors } from './plant-errors.ts';

/** Images ahead that the expected precision is given for. */
const nextImages = 50;
/** Share of the errors that "how many more to review" is about. */
const wantedRecall = 0.9;
/** Two-sided 95 % quantile of the standard normal distribution. */
const quantile95 = 1.959963984540054;
/** Mean e of a kind below which it is not told apart from nothing. */
const leastCounted = 1e-6;
const kindNames = ['fromMatrix', 'hard', 'uniform'] as const;

export type Range = Interval;

export interface PlantedRanking {
  /** Of the run with the planted errors, [N]; NaN for samples that are not ranked. */
  readonly suspicion: Float32Array;
  /** Of that run: e [N], in [0, 1]; NaN for samples that are not ranked. */
  readonly errorProbability: Float32Array;
  readonly planted: Pick<PlantedErrors, (typeof kindNames)[number]>;
  /** 1 for samples that the user has judged: they need no more review, [N]. */
  readonly isReviewed: Uint8Array;
  /** e of the run that is tested, without planted errors, [N]; NaN for samples that are not ranked. */
  readonly ownErrorProbability: Float32Array;
}

export interface PlantedMeasure {
  /** As many images from the top of the list as are expected to have a wrong label: what the recall is given for. */
  readonly cut: number;
  /** Share of the errors that stand within the cut. */
  readonly recall: Range;
  /** Expected share of wrong labels among the next 50 images. */
  readonly precisionOfNext: Range;
  /** Images to review, from the top, to meet 90 % of the errors. */
  readonly reviewForMost: Range;
}

/** One kind of planted errors, and what would hold if all real errors were like them. */
interface Kind {
  /** How many real images, not reviewed yet, stand above each error; ascending. */
  readonly depths: readonly number[];
  /** As many errors of this kind as this times S look like S. */
  readonly countFactor: number;
}

/**
 * Recall at depth d is the share of a kind at most d deep. Every range runs from the lowest end of the kinds' 95 % prediction intervals to the
 * highest: it holds the chance in which errors were planted and in which S real ones happened. S is the sum of e over what is not reviewed.
 * Kinds without any planted error are left out; without any kind all ranges are open.
 *
 * Precision of the first d images is n recall(d) / d, where n is the number of errors. S is n for errors such as the noise matrix says (that is
 * how the matrix was found), with the standard deviation sqrt(sum of e (1 - e)); errors of another kind are counted as their mean e is smaller or
 * larger, so that n = S times the mean e of the matrix's kind / that of this kind. Hardly any planted error stands among the next 50, so that
 * their own recall says little; but wrong labels get no denser further down, so the largest lower end of any longer beginning holds for them too.
 */
export function measurePlanted(ranking: PlantedRanking): PlantedMeasure {
  const { kinds, realCount } = kindsOf(ranking);
  const errors = expectedErrors(ranking);
  const cut = Math.round(errors.value);
  const real = { errors, drawn: Math.max(1, cut), realCount };
  const precisionAt = (depth: number): Range =>
    widest(
      kinds.map((kind) => precisionOf(kind, depth, real)),
      1,
    );
  const next = Math.min(nextImages, realCount);
  const sustained = beginnings(next, Math.min(cut, realCount)).map((depth) => precisionAt(depth).low);
  return {
    cut,
    recall: widest(
      kinds.map((kind) => recallOf(kind, cut, real)),
      1,
    ),
    precisionOfNext: { low: Math.max(...sustained), high: precisionAt(next).high },
    reviewForMost: widest(
      kinds.map((kind) => depthOfMost(kind, real)),
      realCount,
    ),
  };
}

/** The real images and their errors, as far as they can be known. */
interface RealImages {
  readonly errors: Range;
  /** How many errors happened, taken as draws: at least one. */
  readonly drawn: number;
  /** Images left to review. */
  readonly realCount: number;
}

function recallOf({ depths }: Kind, depth: number, { drawn }: RealImages): Range {
  return predictShare(depths.filter((own) => own <= depth).length, depths.length, drawn);
}

function precisionOf(kind: Kind, depth: number, real: RealImages): Range {
  const recall = recallOf(kind, depth, real);
  const share = (errors: number, found: number): number =>
    depth > 0 ? Math.min(1, (Math.min(real.realCount, errors * kind.countFactor) * found) / depth) : 0;
  return { low: share(real.errors.low, recall.low), high: share(real.errors.high, recall.high) };
}

/**
 * Images to review until 90 % of the errors were met, the last of them included. Where even the deepest planted one may stand above that,
 * its depth is the end: too few were planted to tell more.
 */
function depthOfMost({ depths }: Kind, { drawn, realCount }: RealImages): Range {
  const { low, high } = predictOrder(depths.length, drawn, Math.ceil(wantedRecall * drawn));
  const to = (depth: number): number => Math.min(realCount, depth + 1);
  return { low: to(depths[low - 1] ?? 0), high: to(depths[Math.min(high, depths.length - 1)]!) };
}

/** From the lowest end to the highest; of no ranges at all, from 0 to `most`. */
function widest(ranges: readonly Range[], most: number): Range {
  if (ranges.length === 0) return { low: 0, high: most };
  return { low: Math.min(...ranges.map(({ low }) => low)), high: Math.max(...ranges.map(({ high }) => high)) };
}

/** S and its 95 % interval, over what is ranked and not reviewed. */
function expectedErrors({ ownErrorProbability, isReviewed }: PlantedRanking): Range & { readonly value: number } {
  let [value, variance] = [0, 0];
  ownErrorProbability.forEach((e, sample) => {
    if (Number.isNaN(e) || isReviewed[sample] === 1) return;
    value += e;
    variance += e * (1 - e);
  });
  const half = quantile95 * Math.sqrt(variance);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** `from`, twice that, and so on, and `to`. */
function beginnings(from: number, to: number): number[] {
  const depths = [from];
  for (let depth = 2 * from; from > 0 && depth < to; depth *= 2) depths.push(depth);
  return to > from ? [...depths, to] : depths;
}

/** The kinds that have errors; and how many real images are left to review. */
function kindsOf({ suspicion, errorProbability, planted, isReviewed }: PlantedRanking) {
  const kindOf = new Map<number, number>();
  kindNames.forEach((name, kind) => planted[name].forEach((sample) => kindOf.set(sample, kind)));
  const ranked = [...suspicion.keys()].filter((sample) => !Number.isNaN(suspicion[sample]));
  ranked.sort((a, b) => suspicion[b]! - suspicion[a]!);
  const depths: number[][] = kindNames.map(() => []);
  let realCount = 0;
  for (const sample of ranked) {
    const kind = kindOf.get(sample);
    if (kind !== undefined) depths[kind]?.push(realCount);
    else if (isReviewed[sample] !== 1) realCount += 1;
  }
  const counted = kindNames.map((name) => meanOver(planted[name], errorProbability));
  const kinds = depths.map((own, kind): Kind => ({ depths: own, countFactor: factorOf(counted[0]!, counted[kind]!) }));
  return { kinds: kinds.filter((kind) => kind.depths.length > 0), realCount };
}

/** 1 where nothing was planted from the matrix. Errors that are hardly counted at all may be any number. */
function factorOf(fromMatrix: number, own: number): number {
  return Number.isNaN(fromMatrix) ? 1 : fromMatrix / Math.max(own, leastCounted);
}

function meanOver(samples: Uint32Array, values: Float32Array): number {
  return samples.reduce((sum, sample) => sum + values[sample]!, 0) / samples.length;
}
