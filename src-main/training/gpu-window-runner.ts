/**
 * Decides between the app's own thread and a window that computes on the graphics card, where native engines cannot run in the
 * host: a run that asks for `webgpu` gets the window; one that asks for `auto` tries it first where no better engine is
 * installed, and goes on in the thread where there is no card, or it does not pass its self-check.
 */
import type { EngineDecision } from '../core/engine-check.ts';
import { isTouchstoneError } from '../core/errors.ts';
import { knownAbsence, writeCheck } from '../engines/check-records.ts';
import { installedPacks } from '../engines/tensorflow/installed-packs.ts';
import type { TrainingEvent, TrainingHandle, TrainingJob, TrainingRunner } from '../services/ports/training-runner.ts';

export interface GpuWindowOptions {
  readonly thread: TrainingRunner;
  readonly window: TrainingRunner;
  readonly enginesFolder: string;
}

export function createGpuWindowRunner({ thread, window, enginesFolder }: GpuWindowOptions): TrainingRunner {
  const mayUseWindow = ({ settings: { engine } }: TrainingJob): boolean =>
    engine === 'webgpu' ||
    (engine === 'auto' && installedPacks(enginesFolder).length === 0 && knownAbsence(enginesFolder, 'webgpu') === null);
  return {
    start: (job) => (mayUseWindow(job) ? new WindowFirst(job, window, thread, enginesFolder) : thread.start(job)),
  };
}

class WindowFirst implements TrainingHandle {
  readonly events: AsyncIterable<TrainingEvent>;
  #current: TrainingHandle;
  #isPaused = false;

  constructor(job: TrainingJob, window: TrainingRunner, thread: TrainingRunner, enginesFolder: string) {
    this.#current = window.start(job);
    this.events = this.#follow(job, thread, enginesFolder);
  }

  pause(): void {
    this.#isPaused = true;
    this.#current.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#current.resume();
  }

  cancel(): void {
    this.#current.cancel();
  }

  async *#follow(job: TrainingJob, thread: TrainingRunner, enginesFolder: string): AsyncGenerator<TrainingEvent> {
    try {
      for await (const event of this.#current.events) yield explained(event, job);
      return;
    } catch (error) {
      // An engine refuses before its first step: nothing of the run was done yet.
      if (job.settings.engine !== 'auto' || !isTouchstoneError(error, 'engine-unavailable')) throw error;
      writeCheck(enginesFolder, {
        state: 'absent',
        engine: 'webgpu',
        foundAtMs: Date.now(),
        reason: reasonOf(error.message),
      });
    }
    this.#current = thread.start(job);
    if (this.#isPaused) this.#current.pause();
    yield* this.#current.events;
  }
}

/** The choice among one engine says so of itself. */
function reasonOf(message: string): string {
  return message.replace(/^No engine for the setting "auto" starts here\. webgpu: /, '');
}

/** The window knows of no other engine. */
function explained(event: TrainingEvent, { settings }: TrainingJob): TrainingEvent {
  if (event.kind !== 'progress' || settings.engine !== 'auto') return event;
  const passedOver: EngineDecision['passedOver'] = [
    {
      engine: 'tensorflow',
      reason: 'No TensorFlow engine pack is installed. "touchstone engines install tensorflow" gets one.',
    },
  ];
  return { ...event, decision: { ...event.decision, passedOver } };
}
