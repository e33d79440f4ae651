/** Two-sided 95 % quantile of the standard normal distribution. */
const quantile95 = 1.959963984540054;

/**
 * Wilson's score interval for a share: `successes` out of `trials`, by default at 95 %.
 *
 *     (s + z^2 / 2 +- z sqrt(s (n - s) / n + z^2 / 4)) / (n + z^2)
 *
 * Unlike the textbook interval it stays inside [0, 1] and is honest for small n. (Wilson 1927, JASA 22.) Without trials: [0, 1].
 */
export function wilsonInterval(
  successes: number,
  trials: number,
  quantile = quantile95,
): { readonly low: number; readonly high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const squared = quantile ** 2;
  const centre = successes + squared / 2;
  const half = quantile * Math.sqrt((successes * (trials - successes)) / trials + squared / 4);
  return {
    low: Math.max(0, (centre - half) / (trials + squared)),
    high: Math.min(1, (centre + half) / (trials + squared)),
  };
}
