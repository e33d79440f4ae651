/** What the loop, its steps and its end work with. */
import type { ChosenEngine } from '../engines/choose-engine.ts';
import type { Clock } from '../services/ports/long-calls.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';
import type { ChosenSamples } from './chosen-samples.ts';
import type { Phase } from './phases.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { HelperThread } from './helper-thread.ts';
import type { RunControl } from './run-control.ts';
import type { RunInputs } from './run-inputs.ts';

/** Everything that stays the same while a run lasts. */
export interface RunContext extends PreparedRun {
  /** The ranking's second thread; null where there is none. */
  readonly helper: HelperThread | null;
}

export interface PreparedRun extends RunInputs {
  readonly job: TrainingJob;
  readonly computing: ChosenEngine;
  readonly control: RunControl;
  readonly clock: Clock;
  readonly chosen: ChosenSamples;
  readonly phases: readonly Phase[];
  readonly progress: ProgressMeter;
  /** How many images pass the network at once; 0: the whole batch. */
  readonly microBatchSize: number;
}
