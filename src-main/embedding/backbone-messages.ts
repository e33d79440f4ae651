/** What the embedder and its worker thread say to each other. */
import type { ProviderRequest } from './choose-provider.ts';
import type { ProviderName, ProviderRefusal } from './execution-providers.ts';
import type { Picture } from '../core/pictures/enlarge.ts';
import { TouchstoneError, type ErrorCode, type ErrorDetails } from '../core/errors.ts';

export type BackboneRequest =
  | { readonly kind: 'load'; readonly request: ProviderRequest; readonly recordsFile: string | null }
  | { readonly kind: 'embed'; readonly pictures: readonly Picture[]; readonly size: number };

export type BackboneReply =
  | ({ readonly kind: 'loaded' } & LoadedBackbone)
  | { readonly kind: 'embedded'; readonly vectors: Float32Array; readonly dimensions: number }
  | { readonly kind: 'failed'; readonly failure: BackboneFailure };

/** What is known of a backbone once it is loaded. */
export interface LoadedBackbone {
  /** Side in pixels that it is meant for. */
  readonly imageSize: number;
  readonly provider: ProviderName;
  /** The better ones: why each was passed over. */
  readonly refused: readonly ProviderRefusal[];
}

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
