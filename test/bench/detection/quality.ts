/** What one trial shows, as plain numbers that can be kept in a file. */
import type { PlantedMeasure, Range } from '../../../src-main/core/audit/measure-planted.ts';
import {
  auroc,
  averagePrecision,
  precisionAtK,
  shareToReview,
} from '../../../src-main/core/metrics/ranking-quality.ts';
import { isReliable } from '../../../src-main/core/ranking/suggest-labels.ts';
import type { SuspicionResult } from '../../../src-main/core/ranking/rank-suspicion.ts';
import { simulateAudits, type AuditQuality } from './audits.ts';
import type { Trial } from './conditions.ts';
import type { OtherScores, OwnScores } from './methods.ts';
import type { Scores } from './rivals.ts';

export interface Quality {
  readonly auroc: number;
  readonly averagePrecision: number;
  /** Of the first 50, of the first 100, and of as many as there are errors. */
  readonly precision: { readonly at50: number; readonly at100: number; readonly atErrors: number };
  /** Share of the list to look at for 80, 90 and 95 % of the errors. */
  readonly review: { readonly for80: number; readonly for90: number; readonly for95: number };
}

/** A range that was predicted, and what was true. */
export interface Prediction extends Range {
  readonly truth: number;
}

export interface SelfTestResult {
  readonly recall: Prediction;
  readonly precisionOfNext: Prediction;
  readonly reviewFor90: Prediction;
}

/** The methods of others, and the bound. */
export interface OthersResult {
  readonly rivals: Readonly<Record<string, Quality>>;
  readonly oracle: Quality;
}

export interface TrialResult extends OthersResult {
  readonly data: string;
  readonly embedder: string;
  readonly condition: string;
  readonly perClass: number;
  readonly seed: number;
  readonly images: number;
  readonly wrong: number;
  /** S: what the ranking thinks their number is. */
  readonly counted: number;
  readonly rankingSeconds: number;
  readonly ours: Readonly<Record<string, Quality>>;
  /**
   * Share of the wrong labels whose suggested label is the right one; and among the first S of the list. No suggestion is not right. `given`: share of
   * the wrong labels for which there is one, and `ofGiven` how many of those are right.
   */
  readonly suggestion: {
    readonly ofWrong: number;
    readonly ofFlagged: number;
    readonly given: number;
    readonly ofGiven: number;
  };
  /** By number of draws. */
  readonly audits: Readonly<Record<number, AuditQuality>>;
}

/** Trusted samples are left out of every figure. */
export function judgeTrial(
  trial: Trial,
  scored: OwnScores,
): Omit<TrialResult, 'data' | 'embedder' | 'condition' | 'perClass' | 'seed' | keyof OthersResult> {
  const { ranking, rankingSeconds } = scored;
  const { suspects, isWrong } = suspectsOf(trial);
  const wrong = suspects.filter((_, place) => isWrong[place] === 1);
  const counted = ranking.estimatedErrorCount;
  const ordered = suspects.toSorted((a, b) => ranking.suspicion[b]! - ranking.suspicion[a]!);
  const isGiven = (sample: number): boolean => isReliable(ranking.suggestedProbability[sample]!);
  const isRight = (sample: number): boolean => isGiven(sample) && ranking.suggested[sample] === trial.truth[sample];
  const flagged = ordered
    .slice(0, Math.round(counted))
    .filter((sample) => trial.labels[sample] !== trial.truth[sample]);
  return {
    images: suspects.length,
    wrong: wrong.length,
    counted,
    rankingSeconds,
    ours: judgeScores(trial, scored.ours),
    suggestion: {
      ofWrong: share(wrong, isRight),
      ofFlagged: share(flagged, isRight),
      given: share(wrong, isGiven),
      ofGiven: share(wrong.filter(isGiven), isRight),
    },
    audits: simulateAudits(
      ordered.map((sample) => ranking.errorProbability[sample]!),
      ordered.map((sample) => trial.labels[sample] !== trial.truth[sample]),
      counted,
    ),
  };
}

export function judgeOthers(trial: Trial, { rivals, oracle }: OtherScores): OthersResult {
  const { oracle: bound } = judgeScores(trial, { oracle });
  return { rivals: judgeScores(trial, rivals), oracle: bound! };
}

function judgeScores(trial: Trial, scores: Scores): Record<string, Quality> {
  const { suspects, isWrong } = suspectsOf(trial);
  const judge = (score: ArrayLike<number>): Quality =>
    judgeScore(
      suspects.map((sample) => score[sample]!),
      isWrong,
    );
  return Object.fromEntries(Object.entries(scores).map(([name, all]) => [name, judge(all)]));
}

function judgeScore(values: readonly number[], isWrong: readonly number[]): Quality {
  const wrong = isWrong.reduce((sum, one) => sum + one, 0);
  return {
    auroc: auroc(values, isWrong),
    averagePrecision: averagePrecision(values, isWrong),
    precision: {
      at50: precisionAtK(values, isWrong, 50),
      at100: precisionAtK(values, isWrong, 100),
      atErrors: precisionAtK(values, isWrong, wrong),
    },
    review: {
      for80: shareToReview(values, isWrong, 0.8),
      for90: shareToReview(values, isWrong, 0.9),
      for95: shareToReview(values, isWrong, 0.95),
    },
  };
}

/** What the self-test predicted, beside the truth. */
export function judgeSelfTest(trial: Trial, { suspicion }: SuspicionResult, planted: PlantedMeasure): SelfTestResult {
  const { suspects, isWrong } = suspectsOf(trial);
  const values = suspects.map((sample) => suspicion[sample]!);
  const wrong = isWrong.reduce((sum, one) => sum + one, 0);
  const recall = (precisionAtK(values, isWrong, planted.cut) * planted.cut) / wrong;
  return {
    recall: { ...planted.recall, truth: recall },
    precisionOfNext: { ...planted.precisionOfNext, truth: precisionAtK(values, isWrong, 50) },
    reviewFor90: { ...planted.reviewForMost, truth: shareToReview(values, isWrong, 0.9) * values.length },
  };
}

function suspectsOf({ labels, truth, trusted }: Trial): { suspects: number[]; isWrong: number[] } {
  const isTrusted = new Set(trusted);
  const suspects = [...labels.keys()].filter((sample) => !isTrusted.has(sample));
  return { suspects, isWrong: suspects.map((sample) => Number(labels[sample] !== truth[sample])) };
}

function share(samples: readonly number[], isRight: (sample: number) => boolean): number {
  return samples.length > 0 ? samples.filter(isRight).length / samples.length : Number.NaN;
}
