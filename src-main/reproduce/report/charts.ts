/** The paper's kinds of figures, drawn from results: accuracy over the columns, over the steps, weights of right and wrong labels, confusion. */
import type { CellResult } from '../cell-result.ts';
import {
  chart,
  chartWidth,
  colours,
  document,
  escapeText,
  frameOf,
  inPercent,
  label,
  legend,
  line,
  ticksOver,
} from './svg.ts';
import { meanOf, spreadOf } from './table.ts';

const binWidth = 0.25;

/** Test accuracy of every row over the columns, as figures 2, 4 and 5; whiskers are standard deviations over seeds. */
export function accuracyByColumn(title: string, columnTitle: string, results: readonly CellResult[]): string {
  const [rows, columns] = [namesOf(results, 'row'), namesOf(results, 'column')];
  const y = accuracyAxis(results.map(({ accuracy }) => accuracy));
  const x = {
    title: columnTitle,
    ...{ low: -0.3, high: columns.length - 0.7 },
    ticks: columns.map((text, at) => ({ at, text })),
  };
  const frame = frameOf(x, y);
  const marks = rows.map((row, index) => {
    const points = columns.flatMap((column, at) => {
      const values = results.filter((result) => result.row === row && result.column === column).map((r) => r.accuracy);
      return values.length === 0 ? [] : [{ x: at, y: meanOf(values), spread: spreadOf(values) }];
    });
    return line(frame, points, colours[index % colours.length] ?? '#000');
  });
  return chart(title, x, y, [...marks, legend(frame, rows)]);
}

/** Test accuracy of every row over the steps of a column's first seed, as figure 7. */
export function accuracyBySteps(title: string, results: readonly CellResult[]): string {
  const rows = namesOf(results, 'row');
  const points = results.flatMap(({ curve }) => curve);
  const y = accuracyAxis(points.map(({ accuracy }) => accuracy));
  const high = Math.max(1, ...points.map(({ step }) => step));
  const x = { title: 'Steps', low: 0, high, ticks: ticksOver(0, high, (value) => value.toLocaleString('en')) };
  const frame = frameOf(x, y);
  const marks = rows.map((row, index) => {
    const curve = results.find((result) => result.row === row)?.curve ?? [];
    const dots = curve.map(({ step, accuracy }) => ({ x: step, y: accuracy }));
    return line(frame, dots, colours[index % colours.length] ?? '#000');
  });
  return chart(title, x, y, [...marks, legend(frame, rows)]);
}

/** Shares of the right and of the wrong labels per bin of mean weight, as figure 3. Null where no label was changed. */
export function weightHistogram(title: string, { weights }: CellResult): string | null {
  const wrongTotal = weights?.wrong.reduce((sum, count) => sum + count, 0) ?? 0;
  if (weights === null || wrongTotal === 0) return null;
  const shares = [weights.right, weights.wrong].map((counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0) || 1;
    return counts.map((count) => count / total);
  });
  const high = Math.max(...shares.flat());
  const y = { title: 'Share of the labels', low: 0, high, ticks: ticksOver(0, high, inPercent) };
  const end = binWidth * weights.right.length;
  const x = {
    title: 'Weight in that epoch, as a share of the mean weight',
    low: 0,
    high: end,
    ticks: ticksOver(0, end, String),
  };
  const frame = frameOf(x, y);
  const marks = shares.map((bins, side) =>
    bins
      .map((share, bin) => {
        const left = frame.x(binWidth * (bin + 0.5 * side));
        const width = frame.x(binWidth / 2) - frame.x(0);
        return `<rect x="${left.toFixed(1)}" y="${frame.y(share).toFixed(1)}" width="${width.toFixed(1)}" height="${(frame.bottom - frame.y(share)).toFixed(1)}" fill="${colours[side]}"/>`;
      })
      .join(''),
  );
  return chart(title, x, y, [...marks, legend(frame, ['right labels', 'wrong labels'])]);
}

/** Rows: true classes of the test images; columns: answers; as figure 6. */
export function confusionChart(title: string, { confusion, classNames }: CellResult): string {
  const count = confusion.length;
  const [left, top, side] = [120, 50, 400 / Math.max(1, count)];
  const cells = confusion.flatMap((row, actual) => {
    const total = row.reduce((sum, value) => sum + value, 0) || 1;
    return row.map((value, answer) => {
      const share = value / total;
      const [x, y] = [left + answer * side, top + actual * side];
      const text =
        count <= 12
          ? `<text x="${x + side / 2}" y="${y + side / 2 + 4}" text-anchor="middle" font-size="10" fill="${share > 0.5 ? '#fff' : '#222'}">${Math.round(100 * share)}</text>`
          : '';
      return `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="#0072b2" fill-opacity="${share.toFixed(3)}" stroke="#eee"/>${text}`;
    });
  });
  const names =
    count <= 12
      ? classNames.map((name, at) => label(left - 6, top + (at + 0.5) * side + 4, name, 'end'))
      : [label(left - 6, top + 200, `${count} classes`, 'end')];
  const words = [
    `<text x="16" y="22" font-size="14" font-weight="600">${escapeText(title)}</text>`,
    label(left, 42, 'Answered class, in the same order; percent of the true class'),
  ];
  return document([...words, ...names, ...cells], chartWidth, top + 400 + 20);
}

export function namesOf(results: readonly CellResult[], field: 'row' | 'column'): readonly string[] {
  return [...new Set(results.map((result) => result[field]))];
}

function accuracyAxis(values: readonly number[]) {
  const low = Math.max(0, Math.floor(20 * Math.min(...values)) / 20);
  const high = Math.min(1, Math.ceil(20 * Math.max(...values)) / 20);
  return { title: 'Test accuracy', low, high, ticks: ticksOver(low, high, inPercent) };
}
