/** Tables 1 and 2 of Ren et al. 2018: CIFAR with 40 % of the labels flipped, to any other class or to one. */
import type { Preset } from '../preset.ts';
import type { TableRow } from './cifar-rows.ts';
import { guidedRows, makeCell, percentColumn } from './cifar-rows.ts';

const share = 0.4;
export const cifarWants =
  "CIFAR-10's or CIFAR-100's binary files, or class folders of 32 x 32 images (train and test, or --test and --labels)";

/** Table 1. MENTORNET is quoted there; here it is its predefined curriculum. */
const uniformRows: readonly TableRow[] = [
  { row: 'BASELINE', method: 'uniform', published: [67.97, 50.66] },
  { row: 'REED HARD', method: 'reed-hard', published: [69.66, 51.34] },
  { row: 'S-MODEL', method: 's-model', published: [70.64, 49.1] },
  { row: 'MENTORNET', method: 'mentornet-pd', published: [76.6, 56.9] },
  { row: 'RANDOM', method: 'random', published: [86.06, 58.01] },
  { row: 'CLEAN ONLY', method: 'clean-only', published: [46.64, 9.94] },
  { row: 'BASELINE +FT', method: 'uniform', isFineTuned: true, published: [78.66, 54.52] },
  { row: 'RANDOM +FT', method: 'random', isFineTuned: true, published: [86.55, 58.54] },
  { row: 'L2RW', method: 'l2rw', published: [86.92, 61.34] },
  ...guidedRows,
];

/** Table 2, without its WEIGHTED on CIFAR-100, which repeats the line above it. */
const backgroundRows: readonly TableRow[] = [
  { row: 'BASELINE', method: 'uniform', published: [59.54, 37.82] },
  { row: 'BASELINE +ES', method: 'uniform', isShort: true, published: [64.96, 39.08] },
  { row: 'RANDOM', method: 'random', published: [69.51, 36.56] },
  { row: 'WEIGHTED', method: 'proportion', isOracle: true, published: [79.17, null] },
  { row: 'REED SOFT +ES', method: 'reed-soft', isShort: true, published: [63.47, 38.44] },
  { row: 'REED HARD +ES', method: 'reed-hard', isShort: true, published: [65.22, 39.03] },
  { row: 'S-MODEL', method: 's-model', published: [58.6, 37.02] },
  { row: 'S-MODEL +CONF', method: 's-model-conf', published: [68.93, 46.72] },
  { row: 'S-MODEL +CONF +ES', method: 's-model-conf', isShort: true, published: [79.24, 54.5] },
  { row: 'CLEAN ONLY', method: 'clean-only', published: [15.9, 8.06] },
  { row: 'BASELINE +FT', method: 'uniform', isFineTuned: true, published: [82.82, 54.23] },
  { row: 'BASELINE +ES +FT', method: 'uniform', isShort: true, isFineTuned: true, published: [85.19, 55.22] },
  { row: 'WEIGHTED +FT', method: 'proportion', isOracle: true, isFineTuned: true, published: [85.98, 53.99] },
  { row: 'S-MODEL +CONF +FT', method: 's-model-conf', isFineTuned: true, published: [81.9, 53.11] },
  {
    row: 'S-MODEL +CONF +ES +FT',
    method: 's-model-conf',
    isShort: true,
    isFineTuned: true,
    published: [85.86, 55.75],
  },
  { row: 'L2RW', method: 'l2rw', published: [86.73, 59.3] },
  ...guidedRows,
];

const common = { wants: cifarWants, pictureSize: 32, columnTitle: 'Share of flipped labels', seeds: 5 } as const;

export const cifarUniform: Preset = {
  ...common,
  name: 'cifar-uniform',
  title: 'CIFAR, labels flipped to any other class',
  source:
    'Ren et al. 2018, table 1: UNIFORMFLIP 40 %, WRN-28-10 with dropout 0.3, 60,000 steps, 1,000 trusted images. All of the 40 % really change, where the ' +
    'released code leaves a tenth of them as they were.',
  cells: ({ classNames: { length: classCount } }) =>
    uniformRows.map((row) =>
      makeCell(row, {
        ...{ network: 'wrn-28-10', schedule: 'short', classCount, column: percentColumn(share) },
        recipe: { noise: 'uniform', share, trusted: { total: 1000 } },
      }),
    ),
};

export const cifarBackground: Preset = {
  ...common,
  name: 'cifar-background',
  title: 'CIFAR, labels flipped to one background class',
  source:
    'Ren et al. 2018, table 2, figures 3, 6 and 7: BACKGROUNDFLIP 40 %, ResNet-32, 80,000 steps (+ES: 60,000), 10 trusted images per class, another ' +
    'background class in every trial. The S-MODEL +CONF takes its confusion from the first part of its own run.',
  cells: ({ classNames: { length: classCount } }) =>
    backgroundRows.map((row) =>
      makeCell(row, {
        ...{ network: 'resnet-32', schedule: 'long', classCount, column: percentColumn(share) },
        recipe: { noise: 'background', share, trusted: { perClass: 10 } },
      }),
    ),
};
