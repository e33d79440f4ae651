/** One kind of hostile input: how a case is made, what is done with it, and what must hold afterwards. */
import type { RandomGenerator } from '../../../src-main/core/random/random-generator.ts';

export interface FuzzTarget {
  /** Share of all cases. */
  readonly weight: number;
  /** Makes what cases are made from, once per process, in an empty folder. */
  prepare(folder: string): Promise<void>;
  /**
   * Makes a case and does with it what the app does. Returns or throws an error that a user can act on; whatever else it throws
   * is a fault. Files of the case go into `folder`, which is empty at first.
   */
  run(random: RandomGenerator, folder: string): Promise<void>;
}

/** Lies beside the folders that cases may read: whoever shows its hash has read what it must not. */
export const secretText = 'a secret that lies outside of the dataset';
