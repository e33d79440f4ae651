/** What travels between the analyst and its thread. */
import type { NearPair, NearPairLimits, PictureHashes } from '../core/similarity/near-pairs.ts';
import type { Sketch } from '../core/similarity/sketch.ts';

export type AnalysisRequest =
  | {
      readonly kind: 'near-pairs';
      readonly sketch: Sketch | null;
      readonly pictures: PictureHashes | null;
      readonly limits: NearPairLimits;
    }
  | {
      readonly kind: 'lay-out';
      readonly coordinates: Float32Array;
      readonly landmarks: Int32Array;
      readonly seed: number;
    };

export interface AnalysisResults {
  'near-pairs': readonly NearPair[];
  'lay-out': Float32Array;
}

export type AnalysisReply =
  | { readonly kind: 'progress'; readonly stage: string; readonly share: number }
  | { readonly kind: 'done'; readonly result: AnalysisResults[keyof AnalysisResults] };
