/** What the tables of the detection benchmark are made of: results by condition, and how numbers are written. */
import { conditions } from './conditions.ts';
import type { TrialResult } from './quality.ts';

export interface Setting {
  readonly data: string;
  readonly embedder: string;
  readonly condition: string;
  readonly perClass: number;
}

/** All trials of one condition on one set of vectors with one number of trusted images. */
export interface Group<Trial = TrialResult> extends Setting {
  readonly trials: readonly Trial[];
}

export function groupsOf<Trial extends Setting>(results: readonly Trial[]): Group<Trial>[] {
  const order = conditions.map(({ name }) => name);
  const byKey = Map.groupBy(results, ({ data, embedder, condition, perClass }) =>
    JSON.stringify({ data, embedder, condition, perClass }),
  );
  const groups = [...byKey].map(([key, trials]) => ({ ...(JSON.parse(key) as Setting), trials }));
  const rank = ({ data, embedder, condition, perClass }: Setting): string =>
    [
      data === 'cifar10n-5k' ? 0 : data,
      embedder,
      perClass === 10 ? 0 : 1,
      order.indexOf(condition) + 10,
      perClass + 10,
    ].join(' ');
  return groups.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** The rival with the best mean AUROC. */
export function bestRival(trials: readonly TrialResult[]): { name: string; auroc: number } {
  const names = Object.keys(trials[0]?.rivals ?? {});
  const scored = names.map((name) => ({ name, auroc: mean(trials.map(({ rivals }) => rivals[name]!.auroc)) }));
  return scored.reduce((best, rival) => (rival.auroc > best.auroc ? rival : best));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

export function titleOf({ data, embedder, condition, perClass }: Setting): string {
  const notes = [
    ...(data === 'cifar10n-5k' ? [] : [data]),
    ...(embedder === 'backbone' ? [] : [embedder]),
    ...(perClass === 10 ? [] : [`${perClass} per class`]),
  ];
  return notes.length > 0 ? `${condition} (${notes.join(', ')})` : condition;
}

/** Mean and, of several, the extremes. */
export function spread(values: readonly number[]): string {
  if (values.length < 2) return short(mean(values));
  return `${short(mean(values))} (${short(Math.min(...values))}-${short(Math.max(...values))})`;
}

export function short(value: number): string {
  return value.toFixed(4).replace(/^0/, '');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
