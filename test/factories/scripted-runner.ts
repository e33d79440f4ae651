/** A runner that computes nothing: it reports what the test tells it to, one event whenever it is asked for the next. */
import { TouchstoneError } from '../../src-main/core/errors.ts';
import type { TrainedHead } from '../../src-main/core/influence/trained-head.ts';
import type { RunScores } from '../../src-main/core/ranking/run-scores.ts';
import type {
  TrainingEvent,
  TrainingHandle,
  TrainingJob,
  TrainingRunner,
} from '../../src-main/services/ports/training-runner.ts';
import { makeEpochMetrics, makeEpochSignals, makeRunScores } from './make-signals.ts';

export interface Script {
  /** Called before each epoch: throw to fail, wait to be slow. */
  readonly beforeEpoch?: (epochIndex: number) => void | Promise<void>;
  readonly head?: (job: TrainingJob) => TrainedHead;
  readonly scores?: (job: TrainingJob) => RunScores;
}

/** Its checkpoint is the number of the next epoch, so that a resumed run can be seen to go on. */
export class ScriptedRunner implements TrainingRunner {
  script: Script = {};
  readonly jobs: TrainingJob[] = [];
  readonly calls: string[] = [];

  start(job: TrainingJob): TrainingHandle {
    this.jobs.push(job);
    const abort = new AbortController();
    return {
      pause: () => void this.calls.push('pause'),
      resume: () => void this.calls.push('resume'),
      cancel: () => abort.abort(),
      events: this.#events(job, abort.signal),
    };
  }

  async *#events(job: TrainingJob, signal: AbortSignal): AsyncGenerator<TrainingEvent> {
    const { epochs } = job.settings;
    for (let epochIndex = job.checkpoint?.[0] ?? 0; epochIndex < epochs; epochIndex++) {
      await this.script.beforeEpoch?.(epochIndex);
      if (signal.aborted) throw new TouchstoneError('cancelled', 'Cancelled.');
      yield progressOf(epochIndex, epochs);
      yield {
        kind: 'epoch-done',
        metrics: makeEpochMetrics(epochIndex),
        signals: makeEpochSignals(job.sampleCount, job.classCount, epochIndex),
        checkpoint: Uint8Array.of(epochIndex + 1),
      };
    }
    const scores = this.script.scores?.(job) ?? makeRunScores(job.sampleCount, job.classCount);
    const head = this.script.head?.(job) ?? null;
    yield { kind: 'finished', scores, head, parameters: null, versions: { engine: 'scripted' } };
  }
}

function progressOf(epochIndex: number, epochCount: number): TrainingEvent {
  return {
    ...{ kind: 'progress', phase: 'training', engine: 'scripted', device: 'none', epochIndex, epochCount },
    ...{ decision: { reason: 'As the script says.', passedOver: [] }, memoryBytes: 1000 },
    ...{ stepsDone: epochIndex, stepsTotal: epochCount, examplesPerSecond: 1000, secondsLeft: 1 },
    ...{ trainingLoss: 1, trustedLoss: 1, isPaused: false },
  };
}
