import { rankSuspicion } from '../core/ranking/rank-suspicion.ts';
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import type { ChosenEngine } from '../engines/choose-engine.ts';
import type { Clock } from '../services/ports/long-calls.ts';
import type { TrainingEvent, TrainingJob } from '../services/ports/training-runner.ts';
import type { RunControl } from './run-control.ts';
import type { Ranker } from './score-run.ts';
import { explainFailure } from './engine-failure.ts';
import { trainLoop } from './train-loop.ts';

const clock: Clock = { nowMs: () => performance.now() };

/** How a host finds the engine for a job's setting: engines/start-chosen.ts in Node. */
export type StartEngine = (choice: EngineChoice) => Promise<ChosenEngine>;

/** Starts the engine that the job asks for in this thread, and runs the loop on it. What all runners have in common. */
export async function* runJob(
  job: TrainingJob,
  control: RunControl,
  startEngine: StartEngine,
  rank: Ranker = rankSuspicion,
): AsyncGenerator<TrainingEvent> {
  const chosen = await startEngine(job.settings.engine);
  try {
    yield* trainLoop(job, chosen, control, clock, rank);
  } catch (error) {
    throw explainFailure(error, chosen.engine, job);
  }
}
