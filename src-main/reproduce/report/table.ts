/** Results as a table: mean and standard deviation over seeds, and what the paper says. */
import type { CellResult } from '../cell-result.ts';

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample; 0 for a single value. */
export function spreadOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

export interface TableEntry {
  readonly row: string;
  readonly column: string;
  readonly accuracy: number;
  readonly spread: number;
  readonly seeds: number;
  readonly published: number | null;
}

/** One entry per row and column, in the order of the results. */
function tableOf(results: readonly CellResult[]): readonly TableEntry[] {
  const groups = Map.groupBy(results, ({ row, column }) => JSON.stringify([row, column]));
  return [...groups.values()].map((group) => {
    const accuracies = group.map(({ accuracy }) => accuracy);
    const [first] = group;
    return {
      row: first?.row ?? '',
      column: first?.column ?? '',
      accuracy: meanOf(accuracies),
      spread: spreadOf(accuracies),
      seeds: group.length,
      published: first?.published ?? null,
    };
  });
}

/** "93.21 ± 0.40", in percent. */
export function describeEntry({ accuracy, spread, seeds }: TableEntry): string {
  const value = (100 * accuracy).toFixed(2);
  return seeds > 1 ? `${value} ± ${(100 * spread).toFixed(2)}` : value;
}

/** Markdown, a column of the paper's numbers beside each of ours where there are any. */
export function markdownTable(results: readonly CellResult[]): string {
  const entries = tableOf(results);
  const columns = [...new Set(entries.map(({ column }) => column))];
  const rows = [...new Set(entries.map(({ row }) => row))];
  const hasPublished = (column: string): boolean =>
    entries.some((entry) => entry.column === column && entry.published !== null);
  const head = columns.flatMap((column) => (hasPublished(column) ? [column, 'paper'] : [column]));
  const lines = rows.map((row) => {
    const cells = columns.flatMap((column) => {
      const entry = entries.find((candidate) => candidate.row === row && candidate.column === column);
      const own = entry === undefined ? '' : describeEntry(entry);
      const published = entry?.published ?? null;
      const theirs = published === null ? '' : (100 * published).toFixed(2);
      return hasPublished(column) ? [own, theirs] : [own];
    });
    return `| ${[row, ...cells].join(' | ')} |`;
  });
  return [`| Test accuracy, % | ${head.join(' | ')} |`, `|---|${head.map(() => '---|').join('')}`, ...lines].join('\n');
}
