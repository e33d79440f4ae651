import { assertNever } from '../errors.ts';
import type { ScheduleName } from './run-settings.ts';

/** After these shares of the run the `step` schedule divides the rate by ten, as in the paper's 60K steps. */
const stepDrops = [2 / 3, 5 / 6];

/**
 * Learning rate of step `stepIndex` (from 0) out of `stepsTotal`.
 *
 * `cosine` is initial (1 + cos(pi t / T)) / 2: the full rate at the first step, and 0 only after the last.
 */
export function learningRateAt(schedule: ScheduleName, initial: number, stepIndex: number, stepsTotal: number): number {
  const share = stepIndex / stepsTotal;
  switch (schedule) {
    case 'constant':
      return initial;
    case 'cosine':
      return (initial * (1 + Math.cos(Math.PI * share))) / 2;
    case 'step':
      return initial / 10 ** stepDrops.filter((drop) => share >= drop).length;
    default:
      return assertNever(schedule);
  }
}
