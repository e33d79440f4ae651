/** The CIFAR rows of Chen et al., NeurIPS 2021: GDW against MW-Net, L2RW and plain training. */
import { defaultSettings } from '../../core/reweight/default-settings.ts';
import type { MethodName } from '../../core/reweight/run-settings.ts';
import type { NoiseRecipe } from '../experiment.ts';
import { makeNoisy } from '../experiment.ts';
import type { Cell, Preset } from '../preset.ts';
import { cifarWants } from './cifar-tables.ts';

const trusted = { total: 1000 } as const;
/** 80 epochs of 500 steps. */
const steps = 40_000;

/** Their generator mixes uniform labels in, the old one among them: of a nominal share, (K - 1) / K changes. */
const conditions: readonly (readonly [column: string, recipe: (classCount: number) => NoiseRecipe])[] = [
  ['uniform 40 %', (k) => ({ noise: 'uniform', share: (0.4 * (k - 1)) / k, trusted })],
  ['uniform 60 %', (k) => ({ noise: 'uniform', share: (0.6 * (k - 1)) / k, trusted })],
  ['flip 20 %', () => ({ noise: 'pair', share: 0.2, trusted })],
  ['flip 40 %', () => ({ noise: 'pair', share: 0.4, trusted })],
  ['long tail 10', () => ({ noise: 'none', share: 0, trusted, tail: 10 })],
  ['long tail 100', () => ({ noise: 'none', share: 0, trusted, tail: 100 })],
];

/** Of uniform 40 % on CIFAR-10, one seed, mean of the last five epochs: what could be verified of the paper. */
const rows: readonly { readonly row: string; readonly method: MethodName; readonly published?: number }[] = [
  { row: 'BASELINE', method: 'uniform' },
  { row: 'L2RW', method: 'l2rw' },
  { row: 'MW-NET', method: 'mw-net', published: 0.8662 },
  { row: 'GDW', method: 'gdw', published: 0.8797 },
];

const settings = {
  ...defaultSettings('resnet-32', 50_000),
  schedule: 'cosine',
  weightDecay: 5e-4,
  augmentation: { shiftPixels: 4, mirror: true },
} as const;

export const gdw: Preset = {
  name: 'gdw',
  title: 'CIFAR, class-level weights',
  source:
    'Chen et al. 2021: ResNet-32, batches of 100, 80 epochs (40,000 steps), rate 0.1 along a cosine, decay 5e-4, 1,000 trusted images, mean of the last five ' +
    'epochs. Shifted images are filled up with grey where theirs are reflected, and no trusted image is in the training set under a wrong label.',
  wants: cifarWants,
  pictureSize: 32,
  columnTitle: 'Condition',
  seeds: 1,
  cells: ({ classNames: { length: classCount } }) =>
    conditions.flatMap(([column, recipe]) =>
      rows.map(({ row, method, published }): Cell => ({
        ...{ row, column, steps, fineTuneSteps: 0, reading: 'last-five' },
        makeExperiment: (sets, seed) => makeNoisy(sets, recipe(classCount), seed),
        settings: { ...settings, method },
        ...(published !== undefined && classCount === 10 && column === 'uniform 40 %' ? { published } : {}),
      })),
    ),
};
