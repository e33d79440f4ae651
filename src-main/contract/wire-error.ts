/** Errors as plain data, and back. What is not an expected error leaves no trace of its inside on the wire: a report id only. */
import { errorCodes, TouchstoneError } from '../core/errors.ts';
import type { ErrorCode, ErrorDetails } from '../core/errors.ts';

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
  /** Names the entry in the host's log, for code `internal`. */
  readonly reportId?: string;
}

/** Writes a bug to the host's log with its stack and returns the id under which it can be found there. */
export type ReportBug = (error: unknown) => string;

/**
 * Expected errors travel whole but for their cause and stack. An aborted call is `cancelled`. Anything else is a bug: it is
 * reported, and the caller learns its report id.
 */
export function toWireError(error: unknown, reportBug: ReportBug): WireError {
  if (error instanceof TouchstoneError) return { code: error.code, message: error.message, details: error.details };
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'cancelled', message: 'Cancelled.', details: {} };
  }
  const reportId = reportBug(error);
  const message = `Something went wrong inside Touchstone. The log names it under ${reportId}. Try again, and report it if it stays.`;
  return { code: 'internal', message, details: {}, reportId };
}

/** The error that a caller sees. What does not look like a wire error becomes `internal`. */
export function fromWireError(wire: unknown): TouchstoneError {
  if (!isObject(wire) || typeof wire['message'] !== 'string') {
    return new TouchstoneError('internal', 'The host answered with an error that cannot be read. Try again.');
  }
  const reportId = wire['reportId'];
  const details = { ...plainDetails(wire['details']), ...(typeof reportId === 'string' ? { reportId } : {}) };
  return new TouchstoneError(knownCode(wire['code']), wire['message'], { details });
}

/** A newer host may have codes that this page does not know. */
function knownCode(code: unknown): ErrorCode {
  return errorCodes.find((known) => known === code) ?? 'internal';
}

function plainDetails(details: unknown): ErrorDetails {
  if (!isObject(details)) return {};
  return Object.fromEntries(Object.entries(details).filter(isPlainEntry));
}

function isPlainEntry(entry: [string, unknown]): entry is [string, ErrorDetails[string]] {
  const value = entry[1];
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
