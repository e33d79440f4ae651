/** Draws a line chart with chart.js in the colours of the page. */
import { CategoryScale, Chart, LinearScale, LineController, LineElement, PointElement, Tooltip } from 'chart.js';

Chart.register(CategoryScale, LinearScale, LineController, LineElement, PointElement, Tooltip);

export interface LineSeries {
  readonly title: string;
  /** One for each label; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** Name of a colour in `styles/tokens.css`. */
  readonly hue: string;
  /** Tells lines apart without their colours. */
  readonly isDashed?: boolean;
  /** `right` has its own scale, for another unit. */
  readonly axis?: 'left' | 'right';
}

export interface AxisEnds {
  readonly min?: number;
  readonly max?: number;
}

export interface ChartData {
  readonly labels: readonly string[];
  readonly series: readonly LineSeries[];
  readonly xTitle: string;
  /** Ends of the left scale; where they follow the values, small changes look large. */
  readonly leftEnds?: AxisEnds;
}

export interface LineDrawing {
  update(data: ChartData): void;
  destroy(): void;
}

/** Resolves a token to a colour that a canvas understands: `light-dark()` is only worked out on a real property. */
function colourOf(canvas: HTMLCanvasElement, token: string): string {
  canvas.style.color = `var(${token})`;
  const colour = getComputedStyle(canvas).color;
  canvas.style.color = '';
  return colour;
}

function datasetsOf(canvas: HTMLCanvasElement, { series }: ChartData) {
  return series.map((line) => ({
    label: line.title,
    data: [...line.values],
    borderColor: colourOf(canvas, line.hue),
    backgroundColor: colourOf(canvas, line.hue),
    borderDash: line.isDashed ? [4, 3] : [],
    borderWidth: 2,
    pointRadius: line.values.length > 12 ? 0 : 2,
    yAxisID: line.axis === 'right' ? 'right' : 'left',
  }));
}

function scalesOf(canvas: HTMLCanvasElement, { series, xTitle, leftEnds = {} }: ChartData) {
  const text = colourOf(canvas, '--text-muted');
  const ticks = { color: text, font: { size: 11 }, maxTicksLimit: 4 };
  const line = colourOf(canvas, '--line');
  return {
    x: {
      ticks: { ...ticks, maxTicksLimit: 8, maxRotation: 0 },
      grid: { display: false },
      title: { display: xTitle !== '', text: xTitle, color: text, font: { size: 11 } },
    },
    left: { type: 'linear' as const, position: 'left' as const, ticks, grid: { color: line }, ...leftEnds },
    right: {
      type: 'linear' as const,
      position: 'right' as const,
      display: series.some(({ axis }) => axis === 'right'),
      ticks,
      grid: { display: false },
    },
  };
}

/** Where nothing can be drawn, the sentence below the chart still says it. */
const noDrawing: LineDrawing = { update: () => undefined, destroy: () => undefined };

/** The caller destroys the drawing when the canvas goes. */
export function drawLineChart(canvas: HTMLCanvasElement, data: ChartData): LineDrawing {
  if (!canvas.getContext('2d')) return noDrawing;
  const chart = new Chart(canvas, {
    type: 'line',
    data: { labels: [...data.labels], datasets: datasetsOf(canvas, data) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      plugins: { legend: { display: false } },
      scales: scalesOf(canvas, data),
    },
  });
  return {
    update(next) {
      chart.data = { labels: [...next.labels], datasets: datasetsOf(canvas, next) };
      chart.options.scales = scalesOf(canvas, next);
      chart.update();
    },
    destroy: () => chart.destroy(),
  };
}
