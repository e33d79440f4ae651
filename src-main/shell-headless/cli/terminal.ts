/** Writing to a terminal: lines, one JSON object, progress, tables, sparklines. Knows nothing of what it writes. */
import { styleText } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import stringWidth from 'string-width';

/** Where a command's words go. With `json`, standard output carries exactly one object and everything else is silent. */
export interface Terminal {
  readonly isJson: boolean;
  /** A line for people, on standard output. */
  line(text?: string): void;
  /** A remark that is not part of the result, on standard error. */
  note(text: string): void;
  /** The command's result: printed as JSON with `--json`, else not at all (the lines have said it). */
  result(value: unknown): void;
  error(value: { readonly code: string; readonly message: string; readonly details: unknown }): void;
  progress(): ProgressLine;
}

export interface ProgressLine {
  update(state: {
    readonly stage: string;
    readonly done: number;
    readonly total: number | null;
    readonly detail?: string;
  }): void;
  stop(): void;
}

/** Nothing is drawn for work that is over sooner than this. */
const quietMs = 1_000;
const plainLineEveryMs = 5_000;

export function createTerminal(options: { readonly json: boolean }): Terminal {
  const { json } = options;
  return {
    isJson: json,
    line: (text = '') => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
    result: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    error: ({ code, message, details }) => {
      if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, details } })}\n`);
      else process.stderr.write(`${styleText('red', 'touchstone:', { stream: process.stderr })} ${message}\n`);
    },
    progress: () => {
      if (json) return { update: () => {}, stop: () => {} };
      return process.stderr.isTTY ? createBar() : createPlainProgress();
    },
  };
}

/** A bar that appears after a second and redraws itself; a new stage starts a new one. */
function createBar(): ProgressLine {
  const startedAtMs = Date.now();
  let bar: SingleBar | null = null;
  let stage = '';
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  return {
    update: (state) => {
      if (Date.now() - startedAtMs < quietMs) return;
      if (bar && state.stage !== stage) stop();
      if (!bar) {
        stage = state.stage;
        bar = new SingleBar(
          {
            format: '{stage} {bar} {value}/{total} {detail}',
            stream: process.stderr,
            hideCursor: true,
            barsize: 28,
            fps: 5,
          },
          Presets.shades_classic,
        );
        bar.start(state.total ?? 0, 0, { stage, detail: '' });
      }
      if (state.total !== null) bar.setTotal(state.total);
      bar.update(state.done, { stage, detail: state.detail ?? '' });
    },
    stop,
  };
}

/** For pipes and logs: a plain line now and then. */
function createPlainProgress(): ProgressLine {
  let lastAtMs = Date.now();
  let lastStage = '';
  return {
    update: ({ stage, done, total, detail }) => {
      const now = Date.now();
      if (now - lastAtMs < (stage === lastStage ? plainLineEveryMs : quietMs)) return;
      lastAtMs = now;
      lastStage = stage;
      process.stderr.write(`${stage}: ${done}${total === null ? '' : ` of ${total}`}${detail ? `, ${detail}` : ''}\n`);
    },
    stop: () => {},
  };
}

/** Columns aligned by what the terminal shows, so that names in any script line up. Numbers are set to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))));
  const isNumeric = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const padding = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
          return isNumeric[column] ? padding + cell : cell + padding;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const sparkBlocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Characters of a sparkline: it must fit on a line of an ordinary terminal, beside its name and range. */
const sparkWidth = 48;

/**
 * One block character per value, scaled between the smallest and the largest; a gap where a value is missing. Long series are drawn by the
 * means of equal stretches.
 */
export function sparkline(series: readonly (number | null)[]): string {
  const values = shorten(series, sparkWidth);
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  return values
    .map((value) => {
      if (value === null || !Number.isFinite(value)) return ' ';
      const share = span > 0 ? (value - low) / span : 0;
      return sparkBlocks[Math.min(sparkBlocks.length - 1, Math.floor(share * sparkBlocks.length))] ?? ' ';
    })
    .join('');
}

function shorten(series: readonly (number | null)[], width: number): readonly (number | null)[] {
  if (series.length <= width) return series;
  return Array.from({ length: width }, (_, index) => {
    const stretch = series.slice(
      Math.floor((index * series.length) / width),
      Math.floor(((index + 1) * series.length) / width),
    );
    const known = stretch.filter((value): value is number => value !== null && Number.isFinite(value));
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** A file name or label on one line, whatever it holds: control characters are written out. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Numbers for people: enough digits to tell values apart, no more. */
export function formatScore(value: number | null): string {
  if (value === null) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3);
}

/** "3 images", "1 image". */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? noun : plural}`;
}

/** Durations as people say them. */
export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

/** "8.6 MB", "412 MB": small files with a digit more. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
