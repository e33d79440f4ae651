/** Reads a run's events to their end, and makes results comparable. */
import type {
  EpochDone,
  TrainingEvent,
  TrainingFinished,
  TrainingHandle,
} from '../../src-main/services/ports/training-runner.ts';

export interface CollectedRun {
  readonly events: readonly TrainingEvent[];
  readonly epochs: readonly EpochDone[];
  readonly finished: TrainingFinished;
}

/** `onEvent` may pause, cancel or throw. */
export async function collectRun(
  handle: TrainingHandle,
  onEvent: (event: TrainingEvent) => void | Promise<void> = () => undefined,
): Promise<CollectedRun> {
  const events: TrainingEvent[] = [];
  for await (const event of handle.events) {
    events.push(event);
    await onEvent(event);
  }
  const finished = events.find((event) => event.kind === 'finished');
  if (finished === undefined) throw new Error('The run ended without scores.');
  return { events, epochs: events.filter((event) => event.kind === 'epoch-done'), finished };
}

/** What must be the same, number for number, in two runs that are said to be identical. Times and speeds are left out. */
export function comparable(run: CollectedRun): unknown {
  return {
    scores: run.finished.scores,
    epochs: run.epochs.map(
      ({ metrics: { durationMs: _, examplesPerSecond: __, ...metrics }, signals, checkpoint }) => ({
        metrics,
        signals,
        checkpoint: Buffer.from(checkpoint).toString('base64'),
      }),
    ),
  };
}
