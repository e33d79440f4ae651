/** What draws that were seen say of other draws from the same place: intervals that hold the sampling error of both. */

/** Two-sided 95 %. */
const tail = 0.025;
const rounding = 1e-9;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Interval for the share of successes among `future` draws, from `successes` among `trials` others: it holds in 95 % of all cases or more (Thatcher
 * 1964, Journal of the Royal Statistical Society B 26). Shares are in [0, 1], the ends multiples of 1 / future. Without trials or future draws: [0, 1].
 */
export function predictShare(successes: number, trials: number, future: number): Interval {
  if (trials === 0 || future === 0) return { low: 0, high: 1 };
  const failures = trials - successes;
  return {
    low: leastCount(future, successes, failures + 1) / future,
    high: 1 - leastCount(future, failures, successes + 1) / future,
  };
}

/**
 * How many of `trials` draws lie below the `place`-th smallest of `future` others, at least and at most, in 95 % of all cases or more, whatever they
 * are drawn from (Fligner and Wolfe 1976, The American Statistician 30). `place` in [1, future].
 */
export function predictOrder(trials: number, future: number, place: number): Interval {
  const above = future - place + 1;
  return { low: leastCount(trials, place, above), high: trials - leastCount(trials, above, place) };
}

/**
 * The largest count that no more than 2.5 % of the distribution lie below. P(count = j) is proportional to
 * C(j + a - 1, j) C(draws - j + b - 1, draws - j): the beta-binomial distribution, which is also that of orders, for they are equally likely.
 */
function leastCount(draws: number, a: number, b: number): number {
  const logs = [0];
  for (let j = 0; j < draws; j++) {
    const ratio = ((j + a) / (j + 1)) * ((draws - j) / (draws - j + b - 1));
    logs.push(logs[j]! + Math.log(ratio));
  }
  const largest = logs.reduce((most, value) => Math.max(most, value), -Infinity);
  const weights = logs.map((value) => Math.exp(value - largest));
  const allowed = tail * weights.reduce((sum, weight) => sum + weight, 0) * (1 + rounding);
  let below = 0;
  return weights.findIndex((weight) => (below += weight) > allowed);
}
