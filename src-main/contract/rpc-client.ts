/** The caller's side: typed calls that can be cancelled, and events. */
import { createBirpc } from 'birpc';
import { throwIfCancelled, TouchstoneError } from '../core/errors.ts';
import type { Channel } from './channel.ts';
import type { EventName, Events, MethodInput, MethodName, MethodOutput } from './methods.ts';
import { isFrameToCaller } from './wire-frames.ts';
import type { CallerFunctions, CallOutcome, HostFunctions } from './wire-frames.ts';
import { fromWireError } from './wire-error.ts';

export interface RpcClient {
  /**
   * Rejects with a TouchstoneError: the method's own, `cancelled` as soon as the signal is aborted (the host is told to stop),
   * or `connection-lost`.
   */
  call<M extends MethodName>(
    method: M,
    input: MethodInput<M>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<MethodOutput<M>>;
  /** Returns its own undo. */
  on<E extends EventName>(name: E, listener: (payload: Events[E]) => void): () => void;
  /** Called once when the line is down, at once where it is down already. */
  onClose(listener: () => void): void;
  close(): void;
}

type Listener = (payload: never) => void;

export function createRpcClient(channel: Channel): RpcClient {
  const listeners = new Map<string, Set<Listener>>();
  const rpc = createBirpc<HostFunctions, CallerFunctions, false>(
    { event: (name, payload) => emit(listeners, name, payload) },
    {
      proxify: false,
      timeout: -1,
      post: (frame) => channel.post(frame),
      on: (receive) =>
        channel.onMessage((message) => {
          if (isFrameToCaller(message)) receive(message);
        }),
    },
  );
  channel.onClose(() => rpc.$close(connectionLost()));
  let lastCallId = 0;

  return {
    call: async (method, input, { signal } = {}) => {
      throwIfCancelled(signal);
      if (rpc.$closed) throw connectionLost();
      lastCallId += 1;
      const callId = String(lastCallId);
      const outcome = rpc.$call('call', callId, method, input).catch(refuseOutcome);
      return readOutcome(await orAborted(outcome, signal, () => void rpc.$callEvent('cancel', callId)));
    },
    on: (name, listener) => {
      const ofName = listeners.get(name) ?? new Set();
      listeners.set(name, ofName.add(listener));
      return () => void ofName.delete(listener);
    },
    onClose: (listener) => channel.onClose(listener),
    close: () => channel.close(),
  };
}

function connectionLost(): TouchstoneError {
  return new TouchstoneError(
    'connection-lost',
    'The connection to Touchstone was lost. Nothing that was saved is lost.',
  );
}

function emit(listeners: ReadonlyMap<string, ReadonlySet<Listener>>, name: string, payload: unknown): void {
  // The host sends each event with the payload that `Events` gives it; the name is all that ties the two together here.
  for (const listener of listeners.get(name) ?? []) listener(payload as never);
}

/** The outcome, or `cancelled` at once when the signal is aborted before. */
function orAborted<T>(outcome: Promise<T>, signal: AbortSignal | undefined, onAbort: () => void): Promise<T> {
  if (!signal) return outcome;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      onAbort();
      reject(new TouchstoneError('cancelled', 'Cancelled.'));
    };
    signal.addEventListener('abort', abort, { once: true });
    outcome.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A call that birpc itself rejects: the line is down, or the answer could not be sent. */
function refuseOutcome(error: unknown): never {
  throw error instanceof TouchstoneError ? error : fromWireError(error);
}

/** Answers are the host's and typed by the contract; they are not checked again. */
function readOutcome<T>(outcome: CallOutcome): T {
  if (outcome.ok) return outcome.value as T;
  throw fromWireError(outcome.error);
}
