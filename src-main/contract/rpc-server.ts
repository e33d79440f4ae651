/** Answers one caller: checks each call, runs its handler, sends back plain data, and passes events on. */
import { createBirpc } from 'birpc';
import { TouchstoneError } from '../core/errors.ts';
import type { Channel } from './channel.ts';
import { checkInput } from './check-input.ts';
import { isMethodName } from './method-schemas.ts';
import type { MethodHandlers, MethodInput, MethodName, MethodOutput } from './methods.ts';
import { isFrameToHost } from './wire-frames.ts';
import type { AnyEvent, CallerFunctions, CallOutcome, HostFunctions } from './wire-frames.ts';
import { toWireError } from './wire-error.ts';
import type { ReportBug } from './wire-error.ts';

/** Where events come from; `subscribe` returns its own undo. */
export interface EventSource {
  subscribe(listener: (event: AnyEvent) => void): () => void;
}

export interface RpcServerOptions {
  readonly handlers: MethodHandlers;
  readonly events: EventSource;
  readonly reportBug: ReportBug;
}

/** More than any page has under way; beyond it a caller is broken or hostile. */
const maxCallsInFlight = 1000;

/**
 * Serves a caller until its channel closes; its calls under way are then aborted. A frame that is no request closes the
 * channel.
 */
export function serveRpc(channel: Channel, options: RpcServerOptions): void {
  const calls = new Map<string, AbortController>();
  const functions: HostFunctions = {
    call: (callId, method, input) => answer(calls, options, { callId, method, input }),
    cancel: (callId) => calls.get(callId)?.abort(),
  };
  const rpc = createBirpc<CallerFunctions, HostFunctions, false>(functions, {
    proxify: false,
    timeout: -1,
    post: (frame) => channel.post(frame),
    on: (receive) =>
      channel.onMessage((message) => {
        if (isFrameToHost(message)) receive(message);
        else channel.close();
      }),
    // An answer that cannot be sent (a handler returned more than plain data): birpc then answers with an error instead.
    onGeneralError: (error) => {
      options.reportBug(error);
      return true;
    },
  });
  const unsubscribe = options.events.subscribe(({ name, payload }) => {
    rpc.$callEvent('event', name, payload).catch(options.reportBug);
  });
  channel.onClose(() => {
    unsubscribe();
    rpc.$close();
    for (const controller of calls.values()) controller.abort();
    calls.clear();
  });
}

interface Request {
  readonly callId: string;
  readonly method: string;
  readonly input: unknown;
}

async function answer(
  calls: Map<string, AbortController>,
  { handlers, reportBug }: RpcServerOptions,
  { callId, method, input }: Request,
): Promise<CallOutcome> {
  const controller = new AbortController();
  try {
    if (calls.has(callId)) throw new TouchstoneError('arguments-invalid', `Call ${callId} is under way already.`);
    if (calls.size >= maxCallsInFlight) {
      throw new TouchstoneError('wrong-use', `${calls.size} calls are under way already: wait for some to end.`);
    }
    calls.set(callId, controller);
    if (!isMethodName(method)) {
      throw new TouchstoneError('method-unknown', `There is no method "${method}".`, { details: { method } });
    }
    return { ok: true, value: await run(handlers, method, checkInput(method, input), controller.signal) };
  } catch (error) {
    return { ok: false, error: toWireError(error, reportBug) };
  } finally {
    if (calls.get(callId) === controller) calls.delete(callId);
  }
}

async function run<M extends MethodName>(
  handlers: MethodHandlers,
  method: M,
  input: MethodInput<M>,
  signal: AbortSignal,
): Promise<MethodOutput<M>> {
  return handlers[method](input, { signal });
}
