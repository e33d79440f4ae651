/** How a run is paused and cancelled from outside, and how it lets the outside speak between two steps. */
import { throwIfCancelled } from '../core/errors.ts';

export class RunControl {
  readonly #abort = new AbortController();
  #resume: (() => void) | null = null;
  #resumed: Promise<void> = Promise.resolve();

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isPaused(): boolean {
    return this.#resume !== null;
  }

  pause(): void {
    if (this.isPaused) return;
    this.#resumed = new Promise((resolve) => (this.#resume = resolve));
  }

  resume(): void {
    this.#resume?.();
    this.#resume = null;
  }

  /** Ends a pause too: a paused run must be able to end. */
  cancel(): void {
    this.#abort.abort();
    this.resume();
  }

  /** Lets messages and timers be served. */
  async letOthersSpeak(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Waits for work that lets others speak by itself, `mostMs` at most. */
  async waitFor(work: Promise<unknown>, mostMs: number): Promise<void> {
    const time = Promise.withResolvers<void>();
    const timer = setTimeout(time.resolve, mostMs);
    try {
      await Promise.race([work, time.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets others speak between two units of work: throws `cancelled` once the run is cancelled. */
  async takeTurn(): Promise<void> {
    await this.letOthersSpeak();
    throwIfCancelled(this.signal);
  }

  /** Returns at once unless the run is paused. Throws `cancelled` once the run is cancelled. */
  async waitWhilePaused(): Promise<void> {
    await this.#resumed;
    throwIfCancelled(this.signal);
  }
}
