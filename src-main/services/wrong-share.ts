/** The share of judged labels that were wrong, with its 95 % interval. */
import { wilsonInterval } from '../core/metrics/wilson-interval.ts';

export interface WrongShare {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Null where nothing was judged. */
export function wrongShare(wrong: number, judged: number): WrongShare | null {
  return judged === 0 ? null : { value: wrong / judged, ...wilsonInterval(wrong, judged) };
}
