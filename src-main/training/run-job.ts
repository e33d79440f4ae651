/** One training job from its engine to its ranking: what runs in the thread or process. Tries again with smaller parts where the memory is too small. */
import { rankSuspicion } from '../core/ranking/rank-suspicion.ts';
import type { InputKind } from '../core/engine-check.ts';
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import type { ChosenEngine } from '../engines/choose-engine.ts';
import type { ReadyEngine } from '../engines/engine.ts';
import type { Clock } from '../services/ports/long-calls.ts';
import type { TrainingEvent, TrainingJob } from '../services/ports/training-runner.ts';
import type { RunControl } from './run-control.ts';
import type { StartHelper } from './helper-thread.ts';
import type { RankingMeans, Ranker } from './score-run.ts';
import { explainFailure, fittingMicroBatchSize } from './engine-failure.ts';
import { canPassInParts, trainLoop } from './train-loop.ts';

const clock: Clock = { nowMs: () => performance.now() };

/** How a host finds the engine for a job's setting: engines/start-chosen.ts in Node. */
export type StartEngine = (choice: EngineChoice, inputs: InputKind) => Promise<ChosenEngine>;

/** What a start begins with: the job, at its beginning or at an epoch's end, and how many images may pass the network at once (0: all). */
interface Attempt {
  readonly job: TrainingJob;
  readonly microBatchSize: number;
}

/**
 * Starts the engine that the job asks for in this thread, and runs the loop on it. What all runners have in common.
 *
 * Where a step does not fit the engine's memory, the run goes on from its last epoch, on the engine started afresh, with half as many images
 * passing the network at once (gradient accumulation): the same numbers but for the order of sums. A network that couples the examples of a
 * pass would compute something else: there it fails with `out-of-memory`, and the user decides.
 */
export async function* runJob(
  job: TrainingJob,
  control: RunControl,
  startEngine: StartEngine,
  rank: Ranker = rankSuspicion,
  startHelper: StartHelper | null = null,
): AsyncGenerator<TrainingEvent> {
  let attempt: Attempt | null = { job, microBatchSize: job.settings.microBatchSize };
  while (attempt !== null) {
    const chosen = await startEngine(job.settings.engine, job.inputs.kind);
    attempt = yield* runAttempt(attempt, sayingParts(chosen, attempt), control, { rank, startHelper });
    if (attempt !== null) letGo(chosen.engine);
  }
}

/** Returns what to go on with where the memory was too small for it, otherwise null. */
async function* runAttempt(
  { job, microBatchSize }: Attempt,
  chosen: ChosenEngine,
  control: RunControl,
  means: RankingMeans,
): AsyncGenerator<TrainingEvent, Attempt | null> {
  let { checkpoint } = job;
  let isRanking = false;
  try {
    for await (const event of trainLoop(job, chosen, control, clock, means, microBatchSize)) {
      // Whoever reads the event takes its memory along.
      if (event.kind === 'epoch-done') checkpoint = event.checkpoint.slice();
      isRanking = event.kind === 'progress' && event.phase === 'ranking';
      yield event;
    }
    return null;
  } catch (error) {
    const settings = { ...job.settings, microBatchSize };
    const explained = explainFailure(error, chosen.engine, { ...job, settings }, () => canPassInParts(job));
    const fitting = isRanking ? null : fittingMicroBatchSize(explained);
    if (fitting === null || !canPassInParts(job)) throw explained;
    return { job: { ...job, checkpoint }, microBatchSize: fitting };
  }
}

/** The decision as it is shown, with what became of it. */
function sayingParts(chosen: ChosenEngine, { job, microBatchSize }: Attempt): ChosenEngine {
  if (microBatchSize === job.settings.microBatchSize) return chosen;
  const { reason } = chosen.decision;
  const parts = `Its memory was full, so the run went on with ${microBatchSize} images passing the network at once.`;
  return { ...chosen, decision: { ...chosen.decision, reason: `${reason} ${parts}` } };
}

/** What ran out of memory may not be able to tidy up; its successor starts afresh all the same. */
function letGo(engine: ReadyEngine): void {
  try {
    engine.dispose();
  } catch {
    return;
  }
}
