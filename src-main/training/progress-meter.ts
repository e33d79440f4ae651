/** When a training reports its progress, and how fast it is. */
import type { Clock } from '../services/ports/long-calls.ts';
import type { TrainingProgress } from '../services/ports/training-runner.ts';

/** Progress is sent at most this often. */
export const progressIntervalMs = 100;

export type ProgressFields = Omit<TrainingProgress, 'kind' | 'examplesPerSecond' | 'secondsLeft' | 'isPaused'>;

/** Decides when progress is due, and knows the speed: steps done since this process took the run up, pauses left out. */
export class ProgressMeter {
  readonly #clock: Clock;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #busySinceMs: number;
  #steps = 0;
  #examples = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#busySinceMs = clock.nowMs();
  }

  count(examples: number): void {
    this.#steps += 1;
    this.#examples += examples;
  }

  /** Time that passed without work; it counts for nothing. */
  leaveOut(pausedMs: number): void {
    this.#busySinceMs += pausedMs;
  }

  get isDue(): boolean {
    return this.#clock.nowMs() - this.#lastSentMs >= progressIntervalMs;
  }

  describe(fields: ProgressFields, isPaused = false): TrainingProgress {
    const nowMs = this.#clock.nowMs();
    const busyMs = nowMs - this.#busySinceMs;
    const stepsLeft = fields.stepsTotal - fields.stepsDone;
    this.#lastSentMs = nowMs;
    return {
      ...fields,
      kind: 'progress',
      examplesPerSecond: busyMs > 0 ? (this.#examples * 1000) / busyMs : 0,
      secondsLeft: this.#steps > 0 ? (stepsLeft * busyMs) / this.#steps / 1000 : null,
      isPaused,
    };
  }
}
