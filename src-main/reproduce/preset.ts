/** What a preset is: the runs of one experiment of a paper, as a table of rows (methods) and columns (conditions). */
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type { PictureSets } from './data/pictures.ts';
import type { Experiment } from './experiment.ts';

/** One entry of the table; runs of it differ by the seed. */
export interface Cell {
  /** The method as the paper names it. */
  readonly row: string;
  readonly column: string;
  makeExperiment(sets: PictureSets, seed: number): Experiment;
  /** The papers' settings but for `epochs` and `fineTuneEpochs`, which follow from the steps. */
  readonly settings: Omit<RunSettings, 'epochs' | 'fineTuneEpochs' | 'seed' | 'engine'>;
  readonly steps: number;
  /** +FT: steps behind those, on the trusted pictures alone. */
  readonly fineTuneSteps: number;
  /** The test accuracy that counts: after the last epoch, or the mean of the last five. */
  readonly reading: 'last' | 'last-five';
  /** Uses the oracle's class factors of the experiment. */
  readonly isOracle?: boolean;
  /** Test accuracy in the paper, where it names one. In [0, 1]. */
  readonly published?: number;
}

export interface Preset {
  readonly name: string;
  readonly title: string;
  /** Where it comes from, and what differs from there. */
  readonly source: string;
  /** What to put into the folder. */
  readonly wants: string;
  /** Side that image files are fitted into. */
  readonly pictureSize: number;
  /** What the columns are, for the chart's axis. */
  readonly columnTitle: string;
  readonly seeds: number;
  /** In the order of the table. `sets` decides what depends on the data: the number of classes. */
  cells(sets: Pick<PictureSets, 'classNames'>): readonly Cell[];
  /** The pictures that the preset is about, where it takes a part of them. */
  choose?(sets: PictureSets): PictureSets;
}
