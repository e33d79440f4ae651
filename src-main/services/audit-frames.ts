/** What an audit was drawn from, put together again from the runs' scores: the same numbers at every report, whatever was trained since. */
import { auditFrame, type AuditBatch, type JudgedDraw } from '../core/audit/estimate-audit.ts';
import { drawingProbabilities, smoothAlongRanking } from '../core/audit/draw-audit.ts';
import type { SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { AuditBatchRecord } from './ports/audit-store.ts';
import type { Ranking, RunView } from './run-view.ts';

/** One run's suspects, the most suspicious first. */
export interface AuditPopulation {
  readonly runView: RunView;
  readonly ranking: Ranking;
  /** e of each, smoothed along the ranking, [M]. */
  readonly errors: Float64Array;
  /** p of each, [M]. */
  readonly probabilities: Float64Array;
  /** Trusted images of the run whose given label is wrong. */
  readonly knownWrong: number;
}

/** Throws `run-not-found` for a run whose ranking gives no error probabilities. */
export async function loadPopulation(stores: ProjectStores, runView: RunView): Promise<AuditPopulation> {
  const { run, scores, runIndices } = runView;
  if (scores.noise === null) {
    const message = `Run ${run.id} (method ${run.settings.method}) does not say how probable errors are. Train with the method l2rw, then draw.`;
    throw new TouchstoneError('run-not-found', message, { details: { runId: run.id } });
  }
  const ranking = await runView.ranking('suspicion');
  const suspects = ranking.order.subarray(0, ranking.suspectCount);
  const ranked = Float64Array.from(suspects, (position) => scores.errorProbability[runIndices[position] ?? -1] ?? 0);
  const { isCorrected, knownWrong } = compareWithGiven(stores, runView);
  // A corrected label is the one that the run knew: the given one is wrong where the correction is right.
  const errors = smoothAlongRanking(ranked).map((e, rank) => (isCorrected[suspects[rank] ?? -1] === 1 ? 1 - e : e));
  return { runView, ranking, errors, probabilities: drawingProbabilities(errors), knownWrong };
}

/** Which suspects the run knew under another label than the given one, per position; and how many trusted ones. */
function compareWithGiven(stores: ProjectStores, { run, index, runIndices, isSuspect }: RunView) {
  const { labels } = stores.runs.inputs(run.id);
  const isCorrected = new Uint8Array(index.count);
  let knownWrong = 0;
  runIndices.forEach((runIndex, position) => {
    const classId = run.classIds[labels[runIndex] ?? -1];
    if (runIndex < 0 || classId === index.givenClassIds[position]) return;
    if (isSuspect[position] === 1) isCorrected[position] = 1;
    else knownWrong += 1;
  });
  return { isCorrected, knownWrong };
}

/** The first `size` images of a run's list. */
export interface Cut {
  readonly ranking: Ranking;
  readonly size: number;
}

/**
 * A batch as the estimator takes it: its draws as far as they are judged.
 *
 * An image that is trusted in the cut's run has no place in that run's list; it stands as far up as it did when it was drawn. Draws of
 * images whose file is gone count as draws that say nothing.
 */
export function toAuditBatch(
  { draws }: AuditBatchRecord,
  population: AuditPopulation,
  cut: Cut,
  isWrong: (sampleId: SampleId) => boolean | null,
): AuditBatch {
  const { ranking, errors, probabilities, knownWrong, runView } = population;
  const isInCut = cutOf(population.ranking, cut);
  const judged: JudgedDraw[] = [];
  for (const { sampleId, probability } of draws) {
    const rank = (ranking.ranks[runView.index.positionOf(sampleId)] ?? 0) - 1;
    const wrong = isWrong(sampleId);
    if (rank < 0) judged.push({ probability, errorProbability: 0, isWrong: false, isInCut: false });
    else if (wrong !== null) {
      const errorProbability = errors[rank] ?? 0;
      judged.push({ probability, errorProbability, isWrong: wrong, isInCut: isInCut[rank] === 1 });
    }
  }
  return { frame: auditFrame(errors, probabilities, isInCut, knownWrong), draws: judged };
}

function cutOf({ order, suspectCount }: Ranking, cut: Cut): Uint8Array {
  const sizeHere = (cut.size * suspectCount) / Math.max(1, cut.ranking.suspectCount);
  return Uint8Array.from({ length: suspectCount }, (_, rank) => {
    const rankThere = cut.ranking.ranks[order[rank] ?? -1] ?? 0;
    return Number(rankThere > 0 ? rankThere <= cut.size : rank < sizeHere);
  });
}
