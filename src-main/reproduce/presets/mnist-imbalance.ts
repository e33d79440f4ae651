/** The paper's first experiment, section 5.1 and figure 2: handwritten 4 and 9, of which few are 4. */
import { defaultSettings } from '../../core/reweight/default-settings.ts';
import type { RunSettings } from '../../core/reweight/run-settings.ts';
import { pickClasses } from '../data/pictures.ts';
import { makeImbalanced } from '../experiment.ts';
import type { Cell, Preset } from '../preset.ts';

const budget = 5000;
const trustedPerClass = 5;
const ratios = [0.9, 0.95, 0.98, 0.99, 0.995];
/** HARD MINING looks through this many to choose from. */
const miningBatch = 500;

const rows: readonly (readonly [row: string, settings: Pick<RunSettings, 'method'> & Partial<RunSettings>])[] = [
  ['BASELINE', { method: 'uniform' }],
  ['PROPORTION', { method: 'proportion' }],
  ['RESAMPLE', { method: 'resample' }],
  ['HARD MINING', { method: 'hard-mining', batchSize: miningBatch }],
  ['RANDOM', { method: 'random' }],
  ['L2RW', { method: 'l2rw' }],
];

/** Plain SGD at 1e-3 throughout. With momentum 0.9, as in the released code, plain training learns the fours too. */
const settings = {
  ...defaultSettings('lenet', budget),
  weighting: 'signed',
  batchSize: 100,
  trustedBatchSize: 2 * trustedPerClass,
  learningRate: 1e-3,
  momentum: 0,
  weightDecay: 0,
  schedule: 'constant',
} as const satisfies Partial<RunSettings>;

export const mnistImbalance: Preset = {
  name: 'mnist-imbalance',
  title: 'Handwritten 4 against 9, imbalanced',
  source:
    'Ren et al. 2018, section 5.1, figure 2: 5,000 images, 10 of them trusted, LeNet, 8,000 steps of plain SGD at 1e-3. Two logits and He initialisation ' +
    'where the released code has one logit and a truncated normal; trusted images are trained on too.',
  wants: "MNIST's four idx files, or PNGs in train/4, train/9, test/4 and test/9",
  pictureSize: 28,
  columnTitle: 'Share of the majority class',
  seeds: 10,
  choose: (sets) => pickClasses(sets, ['4', '9']),
  cells: () =>
    ratios.flatMap((majority) =>
      rows.map(([row, own]): Cell => ({
        row,
        column: String(majority),
        makeExperiment: (sets, seed) => makeImbalanced(sets, { budget, majority, trustedPerClass }, seed),
        settings: { ...settings, ...own },
        steps: 8000,
        fineTuneSteps: 0,
        reading: 'last',
      })),
    ),
};
