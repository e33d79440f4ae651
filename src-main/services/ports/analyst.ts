/** Long computations on sketches of embeddings, away from the thread that answers the user. */
import type { NearPair, NearPairLimits, PictureHashes } from '../../core/similarity/near-pairs.ts';
import type { Sketch } from '../../core/similarity/sketch.ts';
import type { LongCallOptions } from './long-calls.ts';

export interface Analyst {
  /** See `core/similarity/near-pairs.ts`. */
  findNearPairs(
    input: { readonly sketch: Sketch | null; readonly pictures: PictureHashes | null; readonly limits: NearPairLimits },
    options?: LongCallOptions,
  ): Promise<readonly NearPair[]>;
  /**
   * Lays out rows of coordinates [N, 64] on a plane so that neighbours stay neighbours: float32 [N, 2] in [0, 1]. Same seed, same map.
   * `landmarks`: rows that are laid out together; the others are placed between their nearest ones.
   */
  layOut(
    input: { readonly coordinates: Float32Array; readonly landmarks: Int32Array; readonly seed: number },
    options?: LongCallOptions,
  ): Promise<Float32Array>;
}
