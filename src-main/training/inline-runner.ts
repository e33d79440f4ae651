import type { TrainingHandle, TrainingJob, TrainingRunner } from '../services/ports.ts';
import { RunControl } from './run-control.ts';
import { runJob } from './run-job.ts';
import type { Ranker } from './score-run.ts';

/**
 * The runner without a thread, for tests and debugging: the loop runs wherever its events are read. One run at a time per
 * thread, since TF.js has one current engine. `rank` takes the place of the real ranking where only training matters.
 */
export function createInlineRunner({ rank }: { readonly rank?: Ranker } = {}): TrainingRunner {
  return { start: (job) => startInline(job, rank) };
}

function startInline(job: TrainingJob, rank: Ranker | undefined): TrainingHandle {
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
    events: runJob(job, control, rank),
  };
}
