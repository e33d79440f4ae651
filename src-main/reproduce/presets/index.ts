/** All presets of the experiments. */
import type { Preset } from '../preset.ts';
import { imbalancedNoisy, noiseSweep, trustedSizeSweep } from './cifar-sweeps.ts';
import { cifarBackground, cifarUniform } from './cifar-tables.ts';
import { gdw } from './gdw.ts';
import { mnistImbalance } from './mnist-imbalance.ts';

/** In the order in which they are listed. */
export const presets: readonly Preset[] = [
  mnistImbalance,
  cifarUniform,
  cifarBackground,
  noiseSweep,
  trustedSizeSweep,
  imbalancedNoisy,
  gdw,
];
