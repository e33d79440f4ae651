/** What the CIFAR presets share: the paper's two schedules, and the rows of its tables by name. */
import { defaultSettings } from '../../core/reweight/default-settings.ts';
import { longScheduleDrops, shortScheduleDrops } from '../../core/reweight/learning-rate.ts';
import type { MethodName, NetworkName } from '../../core/reweight/run-settings.ts';
import type { NoiseRecipe } from '../experiment.ts';
import { makeNoisy } from '../experiment.ts';
import type { Cell } from '../preset.ts';

/** Steps of the paper's schedules, and where they drop. */
const schedules = {
  long: { steps: 80_000, rateDrops: longScheduleDrops },
  short: { steps: 60_000, rateDrops: shortScheduleDrops },
} as const;
const fineTuneSteps = 5000;
const cleanOnlySteps = 2000;
const paperImages = 50_000;

/** The paper's five background classes, one per trial: consistent with one random draw for both data sets. */
const backgroundClasses: Readonly<Record<number, readonly number[]>> = {
  10: [0, 1, 3, 5, 7],
  100: [7, 12, 41, 62, 85],
};

export interface TableRow {
  readonly row: string;
  readonly method: MethodName;
  /** +ES: the shorter schedule. */
  readonly isShort?: boolean;
  /** +FT */
  readonly isFineTuned?: boolean;
  readonly isOracle?: boolean;
  /** Test accuracy in the paper on CIFAR-10 and CIFAR-100, in percent. */
  readonly published?: readonly [cifar10: number | null, cifar100: number | null];
}

export interface RowOptions {
  readonly network: NetworkName;
  readonly schedule: keyof typeof schedules;
  readonly classCount: number;
  readonly column: string;
  readonly recipe: NoiseRecipe;
}

/** One row of a table of Ren et al. 2018 on CIFAR, by their settings: batches of 100 and 100, rate 0.1, momentum 0.9. */
export function makeCell(row: TableRow, { network, schedule, classCount, column, recipe }: RowOptions): Cell {
  const isCleanOnly = row.method === 'clean-only';
  const { steps, rateDrops } = schedules[row.isShort === true ? 'short' : schedule];
  const published = row.published?.[classCount === 100 ? 1 : 0] ?? null;
  const { schedule: steppedly, ...settings } = defaultSettings(network, paperImages);
  return {
    row: row.row,
    column,
    makeExperiment: (sets, seed) => makeNoisy(sets, withBackground(recipe, classCount, seed), seed),
    settings: { ...settings, method: row.method, rateDrops, schedule: isCleanOnly ? 'constant' : steppedly },
    steps: isCleanOnly ? cleanOnlySteps : steps,
    fineTuneSteps: row.isFineTuned === true ? fineTuneSteps : 0,
    reading: 'last',
    isOracle: row.isOracle === true,
    ...(published === null || !(classCount in backgroundClasses) ? {} : { published: published / 100 }),
  };
}

function withBackground(recipe: NoiseRecipe, classCount: number, seed: number): NoiseRecipe {
  if (recipe.background !== undefined) return recipe;
  const classes = backgroundClasses[classCount] ?? [];
  return { ...recipe, background: classes[(seed - 1) % Math.max(1, classes.length)] ?? null };
}

/** Rows that show what this app adds to the paper's table. */
export const guidedRows: readonly TableRow[] = [
  { row: 'MW-NET', method: 'mw-net' },
  { row: 'GDW', method: 'gdw' },
];

export const percentColumn = (share: number): string => `${Math.round(100 * share)} %`;
