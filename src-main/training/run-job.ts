import { rankSuspicion } from '../core/ranking/rank-suspicion.ts';
import { chooseEngine } from '../engines/choose-engine.ts';
import type { EngineEnvironment } from '../engines/known-engines.ts';
import type { Clock, TrainingEvent, TrainingJob } from '../services/ports.ts';
import type { RunControl } from './run-control.ts';
import type { Ranker } from './score-run.ts';
import { trainLoop } from './train-loop.ts';

const clock: Clock = { nowMs: () => performance.now() };

/** Starts the engine that the job asks for in this thread, and runs the loop on it. What both runners have in common. */
export async function* runJob(
  job: TrainingJob,
  control: RunControl,
  rank: Ranker = rankSuspicion,
  environment?: EngineEnvironment,
): AsyncGenerator<TrainingEvent> {
  const { engine } = await chooseEngine(job.settings.engine, environment);
  yield* trainLoop(job, engine, control, clock, rank);
}
