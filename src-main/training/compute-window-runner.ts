/**
 * Runs training in the app's own thread or in a hidden window, wherever this run's choice of engine computes best: `compute-places.ts`
 * says where. A window in which the engine turns out not to start is passed over for the next place, unless the window was asked for.
 */
import type { WindowEngine } from '../core/engine-check.ts';
import { isTouchstoneError, throwIfCancelled } from '../core/errors.ts';
import { writeCheck } from '../engines/check-records.ts';
import type { TrainingEvent, TrainingHandle, TrainingJob, TrainingRunner } from '../services/ports/training-runner.ts';
import { choosePlaces } from './compute-places.ts';
import type { ComputePlace, PlaceOptions, PlacesToTry } from './compute-places.ts';

export interface ComputeWindowOptions extends PlaceOptions {
  readonly thread: TrainingRunner;
  readonly window: (engine: WindowEngine) => TrainingRunner;
}

export function createComputeWindowRunner(options: ComputeWindowOptions): TrainingRunner {
  return { start: (job) => new PlacedRun(job, options) };
}

class PlacedRun implements TrainingHandle {
  readonly events: AsyncIterable<TrainingEvent>;
  readonly #options: ComputeWindowOptions;
  readonly #abort = new AbortController();
  #current: TrainingHandle | null = null;
  #isPaused = false;

  constructor(job: TrainingJob, options: ComputeWindowOptions) {
    this.#options = options;
    this.events = this.#follow(job);
  }

  pause(): void {
    this.#isPaused = true;
    this.#current?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#current?.resume();
  }

  cancel(): void {
    this.#abort.abort();
    this.#current?.cancel();
  }

  async *#follow(job: TrainingJob): AsyncGenerator<TrainingEvent> {
    const { signal } = this.#abort;
    const choice = await choosePlaces(job.settings.engine, job.inputs.kind, this.#options, signal);
    for (const [index, place] of choice.places.entries()) {
      throwIfCancelled(signal);
      try {
        yield* this.#runAt(place, job, choice);
        return;
      } catch (error) {
        const isLast = index === choice.places.length - 1;
        // An engine refuses before its first step: nothing of the run was done yet.
        if (isLast || !isTouchstoneError(error, 'engine-unavailable')) throw error;
        this.#rememberAbsence(place, error.message);
      }
    }
  }

  async *#runAt(place: ComputePlace, job: TrainingJob, choice: PlacesToTry): AsyncGenerator<TrainingEvent> {
    const { thread, window } = this.#options;
    const handle = (place.window === null ? thread : window(place.window)).start(job);
    this.#current = handle;
    if (this.#isPaused) handle.pause();
    for await (const event of handle.events) {
      yield event.kind === 'progress'
        ? { ...event, decision: choice.explain(event.decision, place, event.engine) }
        : event;
    }
  }

  #rememberAbsence({ name }: ComputePlace, message: string): void {
    const reason = reasonOf(message);
    writeCheck(this.#options.enginesFolder, { state: 'absent', engine: name, foundAtMs: Date.now(), reason });
  }
}

/** The choice among one engine says so of itself. */
function reasonOf(message: string): string {
  return message.replace(/^No engine for the setting "\w+" starts here\. \w+: /, '');
}
