/** What the embedder and its worker thread say to each other. */
import { TouchstoneError, type ErrorCode, type ErrorDetails } from '../core/errors.ts';

export type BackboneRequest =
  | { readonly kind: 'load'; readonly file: string; readonly threads: number }
  | { readonly kind: 'embed'; readonly pixels: Uint8Array; readonly size: number };

export type BackboneReply =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'embedded'; readonly vectors: Float32Array; readonly dimensions: number }
  | { readonly kind: 'failed'; readonly failure: BackboneFailure };

/** An error as plain data: structured clone would keep its message and lose its code. `code` is null for bugs. */
export interface BackboneFailure {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly details: ErrorDetails;
}

export function failureOf(error: unknown): BackboneFailure {
  if (error instanceof TouchstoneError) return { code: error.code, message: error.message, details: error.details };
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error), details: {} };
}

export function errorOf({ code, message, details }: BackboneFailure): Error {
  return code === null ? new Error(message) : new TouchstoneError(code, message, { details });
}
