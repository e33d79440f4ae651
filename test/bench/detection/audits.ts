/** Audits of a ranking whose truth is known: how often their intervals hold it, and how far off they are on average. */
import { drawingProbabilities, drawPlaces, smoothAlongRanking } from '../../../src-main/core/audit/draw-audit.ts';
import { auditFrame, estimateAudit, type Estimate } from '../../../src-main/core/audit/estimate-audit.ts';

const auditCount = 200;
const drawCounts = [100, 200];

export interface AuditQuality {
  /** Mean of the estimated number of wrong labels over the truth, less one. */
  readonly bias: number;
  /** Standard deviation of the same. */
  readonly spread: number;
  /** Share of the 95 % intervals that hold the truth. */
  readonly coverage: { readonly wrongLabels: number; readonly recall: number; readonly precision: number };
  /** Mean distance from the truth at the cut. */
  readonly recallError: number;
  /** True recall at the cut. */
  readonly recall: number;
}

/** `errors`: e of the suspects, the most suspicious first; `isWrong` the truth in the same order; `cut`: length of the list's beginning. */
export function simulateAudits(errors: readonly number[], isWrong: readonly boolean[], cut: number) {
  const smooth = smoothAlongRanking(Float64Array.from(errors));
  const probabilities = drawingProbabilities(smooth);
  const size = Math.max(1, Math.round(cut));
  const frame = auditFrame(
    smooth,
    probabilities,
    Uint8Array.from(errors, (_, place) => Number(place < size)),
    0,
  );
  const total = isWrong.filter(Boolean).length;
  const found = isWrong.slice(0, size).filter(Boolean).length;
  const judge = (place: number) => ({
    probability: probabilities[place]!,
    errorProbability: smooth[place]!,
    isWrong: isWrong[place] === true,
    isInCut: place < size,
  });
  const simulate = (drawCount: number): AuditQuality => {
    const estimates = Array.from({ length: auditCount }, (_, seed) => {
      const draws = Array.from(drawPlaces(probabilities, drawCount, seed), judge);
      return estimateAudit([{ frame, draws }], { least: 0, most: errors.length });
    });
    const ratios = estimates.map(({ wrongLabels }) => wrongLabels.value / total - 1);
    const bias = mean(ratios);
    return {
      bias,
      spread: Math.sqrt(mean(ratios.map((ratio) => (ratio - bias) ** 2))),
      coverage: {
        wrongLabels: mean(estimates.map((estimate) => holds(estimate.wrongLabels, total))),
        recall: mean(estimates.map((estimate) => holds(estimate.recall, found / total))),
        precision: mean(estimates.map((estimate) => holds(estimate.precision, found / size))),
      },
      recallError: mean(estimates.map(({ recall }) => Math.abs((recall?.value ?? 0) - found / total))),
      recall: found / total,
    };
  };
  return Object.fromEntries(drawCounts.map((drawCount) => [drawCount, simulate(drawCount)]));
}

function holds(estimate: Estimate | null, truth: number): number {
  return estimate !== null && estimate.low <= truth && truth <= estimate.high ? 1 : 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
