/** Figures 4 and 5 of Ren et al. 2018, and their two troubles, imbalance and noise, at once. */
import type { Preset } from '../preset.ts';
import type { TableRow } from './cifar-rows.ts';
import { guidedRows, makeCell, percentColumn } from './cifar-rows.ts';
import { cifarWants } from './cifar-tables.ts';

const noiseShares = [0, 0.1, 0.2, 0.3, 0.4, 0.5];
const trustedTotals = [15, 50, 100, 500, 1000];
/** The label that figure 4 flips to. */
const sweptBackground = 3;
const tails = [1, 10, 50];

const baseline: TableRow = { row: 'BASELINE', method: 'uniform' };
const l2rw: TableRow = { row: 'L2RW', method: 'l2rw' };
const common = { wants: cifarWants, pictureSize: 32, seeds: 5 } as const;
const resnet = { network: 'resnet-32', schedule: 'long' } as const;

export const noiseSweep: Preset = {
  ...common,
  name: 'noise-sweep',
  title: 'CIFAR, how accuracy falls with the share of flipped labels',
  source:
    'Ren et al. 2018, figure 5: BACKGROUNDFLIP from 0 to 50 %, ResNet-32, 80,000 steps, 10 trusted images per class.',
  columnTitle: 'Share of flipped labels',
  cells: ({ classNames: { length: classCount } }) =>
    noiseShares.flatMap((share) =>
      [baseline, { row: 'S-MODEL +CONF', method: 's-model-conf' } as const, l2rw].map((row) =>
        makeCell(row, {
          ...{ ...resnet, classCount, column: percentColumn(share) },
          recipe: { noise: 'background', share, trusted: { perClass: 10 } },
        }),
      ),
    ),
};

export const trustedSizeSweep: Preset = {
  ...common,
  name: 'trusted-size-sweep',
  title: 'CIFAR, how many trusted images it takes',
  source:
    'Ren et al. 2018, figure 4: labels flipped to class 3 at 40 %, ResNet-32, 80,000 steps, 15 to 1,000 trusted images.',
  columnTitle: 'Trusted images',
  cells: ({ classNames: { length: classCount } }) =>
    trustedTotals.flatMap((total) =>
      [baseline, { row: 'BASELINE +FT', method: 'uniform', isFineTuned: true } as const, l2rw].map((row) =>
        makeCell(row, {
          ...{ ...resnet, classCount, column: String(total) },
          recipe: { noise: 'background', share: 0.4, background: sweptBackground, trusted: { total } },
        }),
      ),
    ),
};

export const imbalancedNoisy: Preset = {
  ...common,
  name: 'imbalanced-noisy',
  title: 'CIFAR, imbalanced and noisy at once',
  source:
    'The two troubles of Ren et al. 2018 together, which they describe and do not tabulate: class sizes fall geometrically by the factor in the column, then ' +
    '40 % of the labels are flipped to a background class. ResNet-32, 80,000 steps, 10 trusted images per class.',
  columnTitle: 'Largest class over smallest',
  cells: ({ classNames: { length: classCount } }) =>
    tails.flatMap((tail) =>
      [
        baseline,
        { row: 'PROPORTION', method: 'proportion' } as const,
        { row: 'RANDOM', method: 'random' } as const,
        l2rw,
      ]
        .concat(guidedRows)
        .map((row) =>
          makeCell(row, {
            ...{ ...resnet, classCount, column: String(tail) },
            recipe: { noise: 'background', share: 0.4, trusted: { perClass: 10 }, tail },
          }),
        ),
    ),
};
