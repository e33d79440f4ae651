/** Tells whoever listens about the events of the contract. */
import type { EventName, Events } from '../contract/methods.ts';
import type { AnyEvent } from '../contract/wire-frames.ts';

export class EventHub {
  readonly #listeners = new Set<(event: AnyEvent) => void>();

  /** Returns what ends the subscription. */
  subscribe(listener: (event: AnyEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit<E extends EventName>(name: E, payload: Events[E]): void {
    const event = { name, payload } as AnyEvent;
    for (const listener of [...this.#listeners]) listener(event);
  }
}
