/** Numbers, shares, sizes and times as people read them, in the locale of the system. */

/** A locale given by tests; undefined is the system's. */
type Locale = string | undefined;

const numbers = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale ?? ''}${JSON.stringify(options)}`;
  const known = numbers.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, options);
  numbers.set(key, format);
  return format;
}

/** "12,345". */
export function formatCount(value: number, locale?: string): string {
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(value);
}

/** A count with its noun: "1 image", "1,200 images". */
export function formatImages(count: number, locale?: string): string {
  return `${formatCount(count, locale)} ${count === 1 ? 'image' : 'images'}`;
}

/** A share in [0, 1] as a whole percentage that is not broken over lines, but never rounded to 0 % or 100 % unless it is that. */
export function formatShare(share: number, locale?: string): string {
  const isNearEnd = (share > 0 && share < 0.01) || (share > 0.99 && share < 1);
  const percent = isNearEnd ? Math.min(99.9, Math.max(0.1, share * 100)) : share * 100;
  return `${numberFormat(locale, { maximumFractionDigits: isNearEnd ? 1 : 0 }).format(percent)}\u00a0%`;
}

/** A probability in [0, 1] in the short form of tables: ".97", "1.0". */
export function formatProbability(probability: number): string {
  return probability >= 0.995 ? '1.0' : probability.toFixed(2).replace(/^0/, '');
}

/** A score with three significant digits and a true minus sign. */
export function formatScore(score: number, locale?: string): string {
  const text = numberFormat(locale, { maximumSignificantDigits: 3 }).format(score);
  return text.replace('-', '\u2212');
}

/** "3.4 MB", by steps of 1000 as file managers count. */
export function formatBytes(bytes: number, locale?: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const unit = units[step] ?? 'byte';
  return numberFormat(locale, { style: 'unit', unit, maximumFractionDigits: step === 0 ? 0 : 1 }).format(
    bytes / 1000 ** step,
  );
}

/** "about 2 minutes": what is left of long work. Coarse on purpose, since a figure that jumps is not believed. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 55) return `about ${Math.round(seconds / 10) * 10} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const hours = Math.round(minutes / 6) / 10;
  return `about ${hours} ${hours === 1 ? 'hour' : 'hours'}`;
}

/** "21 Nov 2026, 14:05" in the locale's own order. */
export function formatMoment(timeMs: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(timeMs);
}

/** A sentence as it goes on behind a colon: "Dropped 3 images" becomes "dropped 3 images". */
export function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
