/** What something else, such as another thread, can do for a ranking meanwhile. Each part has the same numbers wherever it is computed. */
import type { ReferenceInput, ReferenceScores } from './reference-scores.ts';

/** What is known before the run has trained. */
export interface HelperInput extends Omit<ReferenceInput, 'unreduced' | 'signal'> {
  /** Weight of the |W|^2 of a regression on the vectors. */
  readonly penalty: number;
}

/** A fit of some folds' models: where it starts, and its answer. */
export interface FoldsFit {
  /** One [K, D + 1] matrix per model. */
  readonly solutions: readonly Float64Array[];
  /** q [N, K] */
  readonly targets: Float32Array;
  readonly steps: number | undefined;
}
export interface FoldsFitted {
  readonly solutions: readonly Float64Array[];
  /** Out-of-fold logits [N, K], zero for samples of the other folds. */
  readonly logits: Float32Array;
}

/** Each answer is null where the helper is busy with something else, or gone: whoever wants it computes it then. Never rejects. */
export interface RankingHelper {
  /** The reference scores, which need nothing that training finds out. */
  readonly references: Promise<ReferenceScores | null>;
  fitFolds(fit: FoldsFit): Promise<FoldsFitted | null>;
  /** See `evaluateHead`. */
  evaluateHead(parameters: readonly Float32Array[]): Promise<Float32Array | null>;
}
