/**
 * What every port that takes long shares: progress, and being called off. Long calls take an AbortSignal, reject with code
 * `cancelled`, and report at most ten times a second.
 */

/** How far a long job is. `total` is null while it is not known yet. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

export interface LongCallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Clock {
  nowMs(): number;
}
