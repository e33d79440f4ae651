/** Schedules of the learning rate: by steps, as the papers, or falling smoothly. */
import { assertNever } from '../errors.ts';
import type { ScheduleName } from './run-settings.ts';

/**
 * Where the `step` schedules of Ren et al. 2018 divide the rate by ten: their ResNet-32 after 40K and 60K of 80K steps, the WRN-28-10 (and the
 * shortened schedule +ES) after 40K and 50K of 60K.
 */
export const longScheduleDrops: readonly number[] = [1 / 2, 3 / 4];
export const shortScheduleDrops: readonly number[] = [2 / 3, 5 / 6];

/**
 * Learning rate of step `stepIndex` (from 0) out of `stepsTotal`.
 *
 * `cosine` is initial (1 + cos(pi t / T)) / 2: the full rate at the first step, and 0 only after the last.
 */
export function learningRateAt(
  schedule: ScheduleName,
  initial: number,
  stepIndex: number,
  stepsTotal: number,
  rateDrops: readonly number[] = shortScheduleDrops,
): number {
  const share = stepIndex / stepsTotal;
  switch (schedule) {
    case 'constant':
      return initial;
    case 'cosine':
      return (initial * (1 + Math.cos(Math.PI * share))) / 2;
    case 'step':
      return initial / 10 ** rateDrops.filter((drop) => share >= drop).length;
    default:
      return assertNever(schedule);
  }
}
