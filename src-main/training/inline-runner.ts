/** The training runner of tests and of debugging: no thread, no process. */
import type { EngineEnvironment } from '../engines/known-engines.ts';
import { startChosen } from '../engines/start-chosen.ts';
import type { TrainingHandle, TrainingJob, TrainingRunner } from '../services/ports/training-runner.ts';
import { RunControl } from './run-control.ts';
import { runJob } from './run-job.ts';
import type { Ranker } from './score-run.ts';

interface InlineOptions {
  /** Takes the place of the real ranking where only training matters. */
  readonly rank?: Ranker;
  /** Where engine packs lie; none unless given. */
  readonly environment?: EngineEnvironment;
}

/**
 * The runner without a thread, for tests and debugging: the loop runs wherever its events are read. One run at a time per
 * thread, since TF.js has one current engine.
 */
export function createInlineRunner(options: InlineOptions = {}): TrainingRunner {
  return { start: (job) => startInline(job, options) };
}

function startInline(job: TrainingJob, { rank, environment }: InlineOptions): TrainingHandle {
  const control = new RunControl();
  return {
    pause: () => {
      control.pause();
    },
    resume: () => {
      control.resume();
    },
    cancel: () => {
      control.cancel();
    },
    events: runJob(job, control, (choice, inputs) => startChosen(choice, environment, inputs), rank),
  };
}
