/**
 * How many labels are wrong, and how many of them a review of the top of the list finds: what an audit says, with intervals.
 *
 * A difference estimator on draws with known probabilities. The model's error probabilities e only make it precise: whatever they
 * are, the expectation is the truth, because every draw corrects them by (judged - e) / probability. So neither a model that
 * is wrong nor images that were reviewed from the top can bias it, and old draws stay valid when the ranking is renewed.
 */

/** Two-sided 95 % quantile of the standard normal distribution. */
const quantile95 = 1.959963984540054;
/**
 * Draws that the expected variance counts for beside the observed one. Without it a short audit that met no surprise would claim
 * to know the number exactly. Measured (README.md): at one wrong label in a hundred its intervals cover 96 to 100 % instead of 84 to 93.
 */
const priorDraws = 5;
/** Added to e and to 1 - e where the expected variance is computed: one time in a hundred the model is wrong though it is sure. */
const surprise = 0.01;

/** A sum over the images that could be drawn, split at the cut: the first images of the list, and the rest. */
export interface SplitSum {
  readonly inCut: number;
  readonly below: number;
}

/** What draws made at one time were drawn from. */
export interface AuditFrame {
  /** Sum of e over the images that could be drawn. */
  readonly errors: SplitSum;
  /** Sum of (e + 0.01) (1 - e + 0.01) / p: about the variance of one draw if e were right. */
  readonly variance: SplitSum;
  /** Wrong labels that were known already, of images that could not be drawn because they were trusted. */
  readonly knownWrong: number;
  /** Images within the cut. */
  readonly cutSize: number;
}

/**
 * The frame of draws with these probabilities p and error probabilities e, both [M] in the same order; `isInCut`: 1 within the
 * cut, [M]. Images with p = 0 could not be drawn and count for nothing.
 */
export function auditFrame(
  errors: Float64Array,
  probabilities: Float64Array,
  isInCut: Uint8Array,
  knownWrong: number,
): AuditFrame {
  const sums = { inCut: 0, below: 0 };
  const variances = { inCut: 0, below: 0 };
  let cutSize = 0;
  for (const [place, probability] of probabilities.entries()) {
    if (probability === 0) continue;
    const side = isInCut[place] === 1 ? 'inCut' : 'below';
    const e = errors[place]!;
    sums[side] += e;
    variances[side] += ((e + surprise) * (1 - e + surprise)) / probability;
    cutSize += isInCut[place]!;
  }
  return { errors: sums, variance: variances, knownWrong, cutSize };
}

export interface JudgedDraw {
  /** p: how probable this image was to be drawn, in (0, 1]. */
  readonly probability: number;
  /** e as it was when the image was drawn. */
  readonly errorProbability: number;
  readonly isWrong: boolean;
  readonly isInCut: boolean;
}

export interface AuditBatch {
  readonly frame: AuditFrame;
  /** At least one. */
  readonly draws: readonly JudgedDraw[];
}

/** A number with its standard error and 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

export interface AuditEstimate {
  /** Wrong labels in the dataset, those that are known already included. */
  readonly wrongLabels: Estimate;
  /** Share of the wrong labels that is known once the cut has been reviewed, in [0, 1]; null where there seem to be none. */
  readonly recall: Estimate | null;
  /** Share of the images within the cut whose label is wrong, in [0, 1]; null for an empty cut. */
  readonly precision: Estimate | null;
}

/** What the whole number must lie between, because it was seen: distinct images judged or known to be wrong, and not right. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * N = sum of e + mean of (wrong - e) / p, and the same for the images within the cut.
 *
 * Batches count by their numbers of draws. Intervals are normal: of N on the scale of logarithms, since an audit that met none of
 * the rare surprises is low and looks precise; of the shares on the scale of log-odds (of recall, a ratio, with its linearised
 * variance). Throws RangeError without a judged draw.
 */
export function estimateAudit(batches: readonly AuditBatch[], bounds: Bounds): AuditEstimate {
  if (!batches.some(({ draws }) => draws.length > 0)) throw new RangeError('An audit needs a judged draw.');
  const all = combine(batches, { inCut: 1, below: 1 });
  const found = combine(batches, { inCut: 1, below: 0 });
  const cutSize = weightedMean(batches, ({ frame }) => frame.cutSize);
  const known = weightedMean(batches, ({ frame }) => frame.knownWrong);
  const wrong = Math.min(Math.max(all.value, bounds.least), bounds.most);
  return {
    wrongLabels: logInterval(wrong, all.standardError, bounds),
    // The ratio of the two raw sums: with the whole list as the cut it is exactly 1.
    recall: all.value > 0 ? recallOf(batches, clip(found.value / all.value), all.value) : null,
    precision: cutSize > 0 ? logitInterval(clip((found.value - known) / cutSize), found.standardError / cutSize) : null,
  };
}

interface Mean {
  readonly value: number;
  readonly standardError: number;
}

/** Mean over all draws of coefficient x (what a draw says of its side of the cut); known wrong labels count as found. */
function combine(batches: readonly AuditBatch[], coefficient: SplitSum): Mean {
  let [value, variance] = [0, 0];
  const total = drawCount(batches);
  for (const { frame, draws } of batches) {
    const share = draws.length / total;
    if (share === 0) continue;
    const corrections = draws.map((draw) => correction(draw, coefficient));
    const mean = corrections.reduce((sum, x) => sum + x, 0) / draws.length;
    const base = coefficient.inCut * (frame.knownWrong + frame.errors.inCut) + coefficient.below * frame.errors.below;
    value += share * (base + mean);
    const observed = corrections.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, draws.length - 1);
    const observers = draws.filter((draw) => factorOf(draw, coefficient) !== 0).length;
    variance += (share ** 2 * drawVariance(observed, observers, frame, coefficient)) / draws.length;
  }
  return { value, standardError: Math.sqrt(variance) };
}

function correction(draw: JudgedDraw, coefficient: SplitSum): number {
  return (factorOf(draw, coefficient) * (Number(draw.isWrong) - draw.errorProbability)) / draw.probability;
}

function factorOf({ isInCut }: JudgedDraw, { inCut, below }: SplitSum): number {
  return isInCut ? inCut : below;
}

/**
 * Variance of one draw: as observed, and as the model says, weighted by their numbers of draws. Only the `observers`, draws on a side that counts, have seen
 * anything: that none fell within the cut does not make its errors known.
 */
function drawVariance(observed: number, observers: number, { variance }: AuditFrame, coefficient: SplitSum): number {
  const modelled = coefficient.inCut ** 2 * variance.inCut + coefficient.below ** 2 * variance.below;
  const degrees = Math.max(0, observers - 1);
  const observedShare = degrees / (degrees + priorDraws);
  return observedShare * observed + (1 - observedShare) * modelled;
}

/** R = found / N. To first order R varies as mean of ((1 - R) found - R missed) / N. */
function recallOf(batches: readonly AuditBatch[], recall: number, wrong: number): Estimate {
  const { standardError } = combine(batches, { inCut: 1 - recall, below: -recall });
  return logitInterval(recall, standardError / wrong);
}

/** At most a handful of errors: one stands in for none, so that there is a scale at all. */
function logInterval(value: number, standardError: number, { least, most }: Bounds): Estimate {
  const factor = Math.exp((quantile95 * standardError) / Math.max(value, 1));
  const high = Math.max(value, 1) * factor;
  return { value, standardError, low: Math.max(least, value / factor), high: Math.min(most, high) };
}

/**
 * Stays inside [0, 1] and is wider towards a half, as the uncertainty of a share near an end is. Nearer to an end than its own standard error it
 * may as well be that end, which then belongs to the interval; and the scale is taken one standard error from it, for at the end itself it has no limit.
 */
function logitInterval(value: number, standardError: number): Estimate {
  if (standardError === 0) return { value, standardError, low: value, high: value };
  const edge = Math.min(standardError, 0.5);
  const inner = Math.min(Math.max(value, edge), 1 - edge);
  const centre = Math.log(inner / (1 - inner));
  const half = (quantile95 * standardError) / (inner * (1 - inner));
  const share = (x: number): number => 1 / (1 + Math.exp(-x));
  return {
    value,
    standardError,
    low: value < edge ? 0 : share(centre - half),
    high: value > 1 - edge ? 1 : share(centre + half),
  };
}

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function drawCount(batches: readonly AuditBatch[]): number {
  return batches.reduce((sum, { draws }) => sum + draws.length, 0);
}

function weightedMean(batches: readonly AuditBatch[], read: (batch: AuditBatch) => number): number {
  return batches.reduce((sum, batch) => sum + read(batch) * batch.draws.length, 0) / drawCount(batches);
}
