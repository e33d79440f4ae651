/** The end of a run: its aggregates per sample, and the suspicion that follows from them. */
import { rankByMargin } from '../core/ranking/rank-by-margin.ts';
import type { rankSuspicion, SuspicionResult } from '../core/ranking/rank-suspicion.ts';
import type { RankingHelper } from '../core/ranking/ranking-helper.ts';
import type { ReducedVectors } from '../core/ranking/reduce-vectors.ts';
import type { ReferenceScores } from '../core/ranking/reference-scores.ts';
import { informativeWeights, type PlateauState } from '../core/ranking/plateau.ts';
import { suggestLabels, type Suggestions } from '../core/ranking/suggest-labels.ts';
import { guidedMethods } from '../core/reweight/run-settings.ts';
import type { NoiseEstimate, RunScores } from '../core/ranking/run-scores.ts';
import type { TrainingJob } from '../services/ports/training-runner.ts';
import type { Evaluation } from './evaluate.ts';
import type { StartHelper } from './helper-thread.ts';
import { evaluate } from './evaluate.ts';
import type { RunSums } from './signal-recorder.ts';
import { signalMeans } from './signal-recorder.ts';

type SuspicionNames = 'suspicion' | keyof Suggestions;

/** What turns embeddings and the run's logits into suspicion: `rankSuspicion`, which tests of other things replace. It may leave out the rest. */
export type Ranker = (
  input: Parameters<typeof rankSuspicion>[0],
) => Promise<Pick<SuspicionResult, SuspicionNames> & Partial<SuspicionResult>>;

/** What the end of a run is computed with. */
export interface RankingMeans {
  readonly rank: Ranker;
  /** Null where there is no second thread. */
  readonly startHelper: StartHelper | null;
}

export interface Ranking {
  readonly rank: Ranker;
  /** A second thread for it, where there is one. */
  readonly helper: RankingHelper | null;
  /** The job's vectors as the head got them; null for pictures. */
  readonly reduced: ReducedVectors | null;
}

/**
 * `uniform` is ranked by its margins; with `softLabels` (GDW) the suggestions are the method's own. All else is ranked on the job's vectors, or on the trained network's penultimate activations where it was trained on pictures.
 */
export async function scoreRun(
  job: TrainingJob,
  sums: RunSums,
  plateau: PlateauState,
  evaluation: Evaluation,
  { rank, reduced, helper }: Ranking,
  softLabels?: Float64Array,
): Promise<RunScores> {
  const logits = meanLogits(sums, job.classCount);
  const means = {
    ...signalMeans(sums),
    // The one score that the epochs behind the plateau make worse (core/ranking/README.md).
    weight: informativeWeights(plateau),
    visits: sums.visits.slice(),
    plateau: plateau.plateau,
  };
  if (!guidedMethods.includes(job.settings.method)) {
    // The comparison must not borrow from the trusted set what the method did not know.
    const { classCount, labels: givenLabels, trusted } = job;
    const ranked = rankByMargin({ logits, classCount, givenLabels, trusted });
    return { ...means, ...ranked, ...noiseOf(ranked), ...referencesOf(job, ranked) };
  }
  const { vectors, dimensions } = await rankingVectors(job, sums, evaluation, logits);
  const ranked = await rank({
    vectors,
    dimensions,
    reduced: reduced ?? undefined,
    helper,
    classCount: job.classCount,
    givenLabels: job.labels,
    trusted: job.trusted,
    startLogits: logits,
    seed: job.settings.seed,
    signal: evaluation.control.signal,
  });
  const suggestions = softLabels === undefined ? suggestionsOf(ranked) : suggestBySoftLabels(job, softLabels, ranked);
  return {
    ...means,
    ...suggestions,
    suspicion: ranked.suspicion,
    ...noiseOf(ranked),
    ...referencesOf(job, ranked),
  };
}

function referencesOf({ sampleCount }: TrainingJob, { references }: Partial<SuspicionResult>): ReferenceScores {
  const unknown = (): Float32Array => new Float32Array(sampleCount).fill(Number.NaN);
  return references ?? { neighbours: unknown(), trustedOnly: unknown(), selfConfidence: unknown() };
}

function suggestionsOf(ranked: Suggestions): Suggestions {
  const { suggested, suggestedProbability, second, secondProbability, third, thirdProbability } = ranked;
  return { suggested, suggestedProbability, second, secondProbability, third, thirdProbability };
}

/**
 * The other classes by what the method's own soft labels hold of them above zero. Samples of whose other classes they hold nothing, such as those that were
 * never visited, keep the ranking's suggestions.
 */
export function suggestBySoftLabels(
  { labels, classCount }: Pick<TrainingJob, 'labels' | 'classCount'>,
  softLabels: Float64Array,
  ranked: Suggestions,
): Suggestions {
  const rowOf = (sample: number): Float64Array =>
    softLabels.subarray(sample * classCount, (sample + 1) * classCount).map((q) => Math.max(q, 0));
  const own = suggestLabels(labels, classCount, (sample, into) => into.set(rowOf(sample)));
  labels.forEach((label, sample) => {
    if (rowOf(sample).some((q, k) => k !== label && q > 0)) return;
    for (const name of ['suggested', 'second', 'third'] as const) own[name][sample] = ranked[name][sample]!;
    for (const name of ['suggestedProbability', 'secondProbability', 'thirdProbability'] as const)
      own[name][sample] = ranked[name][sample]!;
  });
  return own;
}

function noiseOf(
  ranked: Pick<SuspicionResult, SuspicionNames> & Partial<SuspicionResult>,
): Pick<RunScores, 'errorProbability' | 'noise'> {
  const { errorProbability, estimatedErrorCount: errorCount, transition, expectedCounts } = ranked;
  if (!errorProbability || errorCount === undefined || !transition || !expectedCounts) {
    return { errorProbability: new Float32Array(ranked.suspicion.length).fill(Number.NaN), noise: null };
  }
  const noise: NoiseEstimate = { errorCount, transition, expectedCounts };
  return { errorProbability, noise };
}

/** [N, K]; NaN for samples about which nothing was recorded: zeros would put them in the middle of a list that knows nothing of them. */
function meanLogits({ logits, answers }: RunSums, classCount: number): Float32Array {
  return Float32Array.from(logits, (sum, position) => {
    const count = answers[Math.floor(position / classCount)] ?? 0;
    return count > 0 ? sum / count : Number.NaN;
  });
}

/** For pictures one more pass over all samples. It also fills in the logits of those that were held out of training. */
async function rankingVectors(
  job: TrainingJob,
  sums: RunSums,
  evaluation: Evaluation,
  logits: Float32Array,
): Promise<{ vectors: Float32Array; dimensions: number }> {
  if (job.inputs.kind === 'vectors') {
    return { vectors: new Float32Array(job.inputs.buffer), dimensions: job.inputs.dimensions };
  }
  const everySample = Uint32Array.from(job.labels.keys());
  let [vectors, dimensions] = [new Float32Array(0), 0];
  for await (const { samples, answers, embeddings } of evaluate(evaluation, everySample, true)) {
    if (embeddings === null) continue;
    dimensions = embeddings.length / samples.length;
    if (vectors.length === 0) vectors = new Float32Array(job.sampleCount * dimensions);
    vectors.set(embeddings, (samples[0] ?? 0) * dimensions);
    samples.forEach((sample, row) => {
      if (sums.answers[sample] !== 0) return;
      logits.set(answers.logits.subarray(row * job.classCount, (row + 1) * job.classCount), sample * job.classCount);
    });
  }
  return { vectors, dimensions };
}
