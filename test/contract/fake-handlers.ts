/** Handlers for tests of the wire: each is replaced by name, the others answer that they should not have been called. */
import { isMethodName, methodSchemas } from '../../src-main/contract/method-schemas.ts';
import type { MethodHandlers, MethodName } from '../../src-main/contract/methods.ts';
import type { AnyEvent } from '../../src-main/contract/wire-frames.ts';
import type { EventSource } from '../../src-main/contract/rpc-server.ts';

export type LooseHandlers = {
  readonly [M in MethodName]?: (input: unknown, context: { signal: AbortSignal }) => unknown;
};

export function fakeHandlers(replaced: LooseHandlers): MethodHandlers {
  const unexpected = (method: string) => () => Promise.reject(new Error(`${method} was not expected to be called`));
  const names = Object.keys(methodSchemas).filter(isMethodName);
  // The tests look at what crosses the wire, so their handlers may answer anything.
  return Object.fromEntries(
    names.map((name) => [name, replaced[name] ?? unexpected(name)]),
  ) as unknown as MethodHandlers;
}

/** An event source that the test fires by hand, and that knows how many listen. */
export class FakeEvents implements EventSource {
  readonly listeners = new Set<(event: AnyEvent) => void>();

  subscribe(listener: (event: AnyEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  fire(event: AnyEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
