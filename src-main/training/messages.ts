/** What the runner and its worker say to each other. README.md draws the conversation. */
import type { ErrorCode, ErrorDetails } from '../core/errors.ts';
import { isTouchstoneError, TouchstoneError } from '../core/errors.ts';
import type { TrainingEvent, TrainingJob } from '../services/ports/training-runner.ts';

/** Each side numbers what it sends, from 1. */
interface Numbered {
  readonly sequence: number;
}

export type TrainingRequest = Numbered &
  (
    | { readonly kind: 'start'; readonly job: TrainingJob }
    | { readonly kind: 'pause' | 'resume' | 'cancel' }
    /** The epoch sent in the reply of this number is written down: the next may be sent. */
    | { readonly kind: 'acknowledge'; readonly replySequence: number }
  );

export type TrainingReply = Numbered &
  ({ readonly kind: 'event'; readonly event: TrainingEvent } | { readonly kind: 'failed'; readonly error: PlainError });

/** What is sent before it has its number. */
export type Unnumbered<T> = T extends unknown ? Omit<T, 'sequence'> : never;

/** An error as plain data. `code` is null for a bug. */
export interface PlainError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly details: ErrorDetails;
  readonly stack: string | null;
}

export function toPlainError(error: unknown): PlainError {
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  if (isTouchstoneError(error)) return { code: error.code, message: error.message, details: error.details, stack };
  return { code: null, message: error instanceof Error ? error.message : String(error), details: {}, stack };
}

/** The error that `toPlainError` was given, as far as it could be sent. */
export function fromPlainError({ code, message, details, stack }: PlainError): Error {
  const error = code === null ? new Error(message) : new TouchstoneError(code, message, { details });
  if (stack !== null) error.stack = stack;
  return error;
}

/** Memory that an event hands over instead of copying it: the sender cannot use these arrays any more. */
export function transferables(event: TrainingEvent): ArrayBuffer[] {
  switch (event.kind) {
    case 'progress':
      return [];
    case 'epoch-done':
      return buffersOf([...Object.values<ArrayBufferView>({ ...event.signals }), event.checkpoint]);
    case 'finished': {
      const { noise, plateau: _, ...arrays } = event.scores;
      const matrices = noise === null ? [] : [noise.transition, noise.expectedCounts];
      const head = Object.values<ArrayBufferView>({ ...event.head });
      const parameters = Object.values(event.parameters ?? {}).map(({ values }) => values);
      return buffersOf([...Object.values<ArrayBufferView>(arrays), ...matrices, ...head, ...parameters]);
    }
  }
}

function buffersOf(arrays: readonly ArrayBufferView[]): ArrayBuffer[] {
  return arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
