/**
 * What travels over a channel. birpc numbers and matches requests and answers; its frames are checked here before it sees them,
 * since it trusts its peer. Calls carry an id of their own so that they can be cancelled.
 */
import * as v from 'valibot';
import type { EventName, Events } from './methods.ts';
import type { WireError } from './payloads.ts';

/** An answer is data even where it is an error: no transport has to know how to carry an Error. */
export type CallOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: WireError };

/** Functions that the host offers to birpc. */
export interface HostFunctions {
  call(callId: string, method: string, input: unknown): Promise<CallOutcome>;
  cancel(callId: string): void;
}

/** Functions that a caller offers to birpc. */
export interface CallerFunctions {
  event(name: string, payload: unknown): void;
}

/** Any event, with the payload that belongs to its name. */
export type AnyEvent = { [E in EventName]: { readonly name: E; readonly payload: Events[E] } }[EventName];

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** To the host: a call, or the wish to cancel one. */
const toHost = v.union([
  v.strictObject({
    t: v.literal('q'),
    i: id,
    m: v.literal('call'),
    a: v.strictTuple([id, v.pipe(v.string(), v.maxLength(200)), v.unknown()]),
  }),
  v.strictObject({ t: v.literal('q'), m: v.literal('cancel'), a: v.strictTuple([id]) }),
]);

/** To the caller: an answer, or an event. */
const toCaller = v.union([
  v.strictObject({ t: v.literal('s'), i: id, r: v.optional(v.unknown()), e: v.optional(v.unknown()) }),
  v.strictObject({ t: v.literal('q'), m: v.literal('event'), a: v.strictTuple([v.string(), v.unknown()]) }),
]);

export function isFrameToHost(message: unknown): boolean {
  return v.is(toHost, message);
}

export function isFrameToCaller(message: unknown): boolean {
  return v.is(toCaller, message);
}
