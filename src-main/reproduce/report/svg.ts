/** The few marks that the report's charts are drawn with, as SVG text: frames with axes, lines, bars, cells. No library: three kinds of chart. */

export const chartWidth = 640;
const chartHeight = 400;
const margin = { left: 64, right: 170, top: 36, bottom: 52 } as const;

/** Told apart by people who see few colours (Okabe and Ito), and drawn on white. */
export const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#8c6d31'];

export interface Axis {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

export interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where values go within the picture. */
export function frameOf(x: Pick<Axis, 'low' | 'high'>, y: Pick<Axis, 'low' | 'high'>): Frame {
  const [left, right] = [margin.left, chartWidth - margin.right];
  const [top, bottom] = [margin.top, chartHeight - margin.bottom];
  const share = (value: number, { low, high }: Pick<Axis, 'low' | 'high'>): number =>
    high > low ? (value - low) / (high - low) : 0.5;
  return {
    x: (value) => left + share(value, x) * (right - left),
    y: (value) => bottom - share(value, y) * (bottom - top),
    ...{ left, right, top, bottom },
  };
}

/** A whole picture: title, axes, and the marks within. */
export function chart(title: string, x: Axis, y: Axis, marks: readonly string[]): string {
  const frame = frameOf(x, y);
  const { left, right, top, bottom } = frame;
  const lines = y.ticks.map(({ at, text }) => {
    const height = round(frame.y(at));
    return `<line x1="${left}" x2="${right}" y1="${height}" y2="${height}" stroke="#ddd"/>${label(left - 8, height + 4, text, 'end')}`;
  });
  const below = x.ticks.map(({ at, text }) => label(frame.x(at), bottom + 18, text, 'middle'));
  const titles = [
    `<text x="${left}" y="22" font-size="14" font-weight="600">${escapeText(title)}</text>`,
    label((left + right) / 2, bottom + 40, x.title, 'middle'),
    `<text transform="translate(16 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeText(y.title)}</text>`,
    `<line x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="#333"/>`,
  ];
  return document([...lines, ...below, ...titles, ...marks]);
}

export function document(parts: readonly string[], width = chartWidth, height = chartHeight): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="#222">\n<rect width="100%" height="100%" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`
  );
}

export function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeText(text)}</text>`;
}

/** A line with its dots; with `spread`, a whisker of that half-length at each. */
export function line(
  frame: Frame,
  points: readonly { readonly x: number; readonly y: number; readonly spread?: number }[],
  colour: string,
): string {
  const path = points
    .map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${round(frame.x(x))} ${round(frame.y(y))}`)
    .join('');
  const whiskers = points
    .filter(({ spread = 0 }) => spread > 0)
    .map(({ x, y, spread = 0 }) => `M${round(frame.x(x))} ${round(frame.y(y - spread))}V${round(frame.y(y + spread))}`);
  const dots = points.map(({ x, y }) => `<circle cx="${round(frame.x(x))}" cy="${round(frame.y(y))}" r="2.5"/>`);
  return `<g stroke="${colour}" fill="${colour}"><path d="${path}${whiskers.join('')}" fill="none" stroke-width="1.8"/>${dots.join('')}</g>`;
}

/** Names of the colours, right of the frame. */
export function legend(frame: Frame, names: readonly string[]): string {
  return names
    .map((name, at) => {
      const y = frame.top + 10 + 18 * at;
      const colour = colours[at % colours.length] ?? '#000';
      return `<rect x="${frame.right + 14}" y="${y - 9}" width="12" height="10" fill="${colour}"/>${label(frame.right + 32, y, name)}`;
    })
    .join('\n');
}

/** Five or so round values over a range. */
export function ticksOver(low: number, high: number, text: (value: number) => string): Axis['ticks'] {
  const rough = (high - low) / 5 || 1;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5].find((factor) => factor * unit >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, at) => ({ at: (first + at) * step, text: text((first + at) * step) }));
}

export const inPercent = (share: number): string => `${Math.round(100 * share)} %`;

export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
