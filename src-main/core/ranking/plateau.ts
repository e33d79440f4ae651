/**
 * Plateau watch: up to which epoch the weights told wrong labels from right ones, found without the truth.
 *
 * While they do, training gives its weight to samples whose label the network answers, and little to those whose label it does not. Once it has
 * learned the right ones by heart their gradients vanish: weight zero. What is left for the weight is the rest, and that is mostly wrong. So
 *
 *     a_e = Spearman's correlation over the samples, of the epoch's mean weights with the mean margins of epochs 1 .. e
 *     plateau = the E that maximises a_1 + ... + a_E (the latest of equal ones)
 *
 * The sum forgives one bad epoch and a slow start; from the plateau on the weights have told nothing any more, on balance, or the reverse.
 * README.md in this folder says what this was measured on, and why the mean weight is the only score that it cuts.
 */
import { rankCorrelation } from '../metrics/rank-correlation.ts';

/** What the watch remembers, as a run's checkpoint keeps it. */
export interface PlateauState {
  /** Epochs seen; a_1 + ... + a_E; the largest such sum, and after how many epochs it was reached. */
  readonly epochs: number;
  readonly agreement: number;
  readonly bestAgreement: number;
  readonly plateau: number;
  /** Sums of the samples' weights over their visits up to the plateau, and those visits, [N]. */
  readonly weights: Float64Array;
  readonly visits: Float64Array;
}

export function startPlateau(sampleCount: number): PlateauState {
  return {
    ...{ epochs: 0, agreement: 0, bestAgreement: Number.NEGATIVE_INFINITY, plateau: 0 },
    ...{ weights: new Float64Array(sampleCount), visits: new Float64Array(sampleCount) },
  };
}

/**
 * One more epoch.
 *
 * @param epochWeights Mean weight per sample in this epoch, NaN without a visit, [N].
 * @param meanMargins Mean margin per sample over all epochs up to this one, NaN without an answer, [N].
 * @param sums The run's sums of weights and visits up to this epoch, [N] each; copied where the plateau moves.
 */
export function watchPlateau(
  state: PlateauState,
  epochWeights: ArrayLike<number>,
  meanMargins: ArrayLike<number>,
  sums: { readonly weights: ArrayLike<number>; readonly visits: ArrayLike<number> },
): PlateauState {
  const epochs = state.epochs + 1;
  const agreement = state.agreement + rankCorrelation(epochWeights, meanMargins);
  if (agreement < state.bestAgreement) return { ...state, epochs, agreement };
  return {
    ...{ epochs, agreement, bestAgreement: agreement, plateau: epochs },
    ...{ weights: Float64Array.from(sums.weights), visits: Float64Array.from(sums.visits) },
  };
}

/** Mean weight per sample over its visits up to the plateau; NaN without one. */
export function informativeWeights({ weights, visits }: PlateauState): Float32Array {
  return Float32Array.from(weights, (sum, sample) => (visits[sample]! > 0 ? sum / visits[sample]! : Number.NaN));
}
