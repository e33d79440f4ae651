/** Places on a histogram's axis, which may run backwards so that the suspicious end is on the left. */

export interface HistogramScale {
  readonly from: number;
  readonly to: number;
  /** True where the largest value is on the left. */
  readonly isReversed: boolean;
}

/** Share of the axis from the left, in [0, 1], at which a value stands. */
export function shareOf({ from, to, isReversed }: HistogramScale, value: number): number {
  const share = to > from ? Math.max(0, Math.min(1, (value - from) / (to - from))) : 0;
  return isReversed ? 1 - share : share;
}

/** The value at a share of the axis from the left. */
export function valueAt({ from, to, isReversed }: HistogramScale, share: number): number {
  return from + (isReversed ? 1 - share : share) * (to - from);
}
