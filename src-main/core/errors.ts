/**
 * Errors that a user can act on, and the helper that makes closed unions exhaustive.
 *
 * Three kinds exist: expected (a TouchstoneError with a code), cancelled (code `cancelled`, silent), and bugs (anything
 * else: logged with its stack). Translation happens at the edges: storage turns SQLite's codes into ours, media the
 * file system's, engines those of TF.js.
 */

/** Everything that can go wrong in a way that the user should be told about in their own words. */
export const errorCodes = [
  'cancelled',
  'wrong-use',
  'not-found',
  'invalid-value',
  // project files
  'project-exists',
  'project-not-found',
  'project-locked',
  'project-damaged',
  'project-newer-than-app',
  'project-read-only',
  // datasets
  'folder-not-found',
  'folder-not-readable',
  'manifest-invalid',
  'data-invalid',
  'dataset-empty',
  'image-unreadable',
  'image-unknown',
  'class-unknown',
  // training
  'trusted-set-too-small',
  'classes-too-few',
  'engine-unavailable',
  'engine-lost',
  'out-of-memory',
  'engine-pack-invalid',
  'download-failed',
  'backbone-invalid',
  'loss-not-finite',
  'run-not-found',
  'run-not-resumable',
  'run-in-progress',
  'worker-crashed',
  'checkpoint-damaged',
  // export
  'export-folder-not-empty',
  'export-overlaps-source',
  'export-source-changed',
  'export-verification-failed',
  // the machine
  'disk-full',
  'permission-denied',
  'file-system',
  // the wire
  'method-unknown',
  'arguments-invalid',
  'connection-lost',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Plain data that travels with an error: names of files, values, limits. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * An expected failure.
 *
 * `message` names the thing concerned and says what to do, in this order: what happened, to which file or value, what to
 * do about it. It is shown to the user as it is.
 */
export class TouchstoneError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TouchstoneError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** True for a TouchstoneError, of the given code if one is given. */
export function isTouchstoneError(error: unknown, code?: ErrorCode): error is TouchstoneError {
  return error instanceof TouchstoneError && (code === undefined || error.code === code);
}

/** Throws `cancelled` once the signal is aborted. Long loops call it between units of work. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TouchstoneError('cancelled', 'Cancelled.');
}

/** Ends a switch over a closed union: a case that was forgotten is a type error, and at run time a bug. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${String(value)}`);
}
