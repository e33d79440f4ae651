/** The rows of the fake project: pictures with scores that look as a run's do, the same on every run. */
import type { EpochPoint, RankedView, ReviewFilter, ReviewSummary } from '../../src-main/contract/payloads.ts';
import type { ClassId, SampleId } from '../../src-main/core/dataset/sample.ts';
import type { ScoreName } from '../../src-main/core/ranking/run-scores.ts';
import { hashUnit } from './fake-random.ts';

export interface RowOptions {
  readonly classNames: readonly string[];
  readonly hasRun: boolean;
  /** Share of wrong labels, in [0, 1]. */
  readonly noise: number;
  readonly samples: number;
}

const words = ['glass', 'metal', 'paper', 'plastic', 'cardboard', 'textile', 'ceramic', 'rubber', 'wood', 'foil'];
export function className(index: number, isLong: boolean): string {
  const word = words[index % words.length] ?? 'glass';
  const name = index < words.length ? word : `${word} ${Math.floor(index / words.length) + 1}`;
  return isLong ? `${name} ${'container without a lid, seen from above'.slice(0, 39 - name.length)}` : name;
}

export function makeRow(index: number, { classNames, hasRun, noise, samples }: RowOptions): RankedView {
  const classCount = classNames.length;
  const isWrong = hashUnit(index, 1) < noise;
  const given = Math.floor(hashUnit(index, 2) ** 1.3 * classCount);
  const suggested = isWrong ? (given + 1 + Math.floor(hashUnit(index, 3) * (classCount - 1))) % classCount : given;
  const evidence = (isWrong ? 1.6 : -1.4) + 1.1 * (hashUnit(index, 4) + hashUnit(index, 5) - 1);
  const suggestedProbability = 0.5 + 0.5 * hashUnit(index, 8);
  const isSmall = hashUnit(index, 6) < 0.15;
  return {
    id: (index + 1) as SampleId,
    path: `${classNames[given] ?? ''}/picture-${String(index + 1).padStart(6, '0')}.png`,
    contentHash: String(index),
    width: isSmall ? 32 : 640,
    height: isSmall ? 32 : 420 + Math.floor(hashUnit(index, 7) * 400),
    sizeBytes: 48_000,
    presence: 'present',
    givenClassId: (given + 1) as ClassId,
    trustedClassId: null,
    decision: null,
    correctedClassId: null,
    rankPosition: hasRun ? Math.min(samples, index + 1) : null,
    scores: hasRun ? scoresOf(evidence) : noScores,
    visits: hasRun ? 12 : 0,
    suggestedClassId: hasRun ? ((suggested + 1) as ClassId) : null,
    suggestedProbability: hasRun ? suggestedProbability : null,
    alternatives: hasRun ? [{ classId: (suggested + 1) as ClassId, probability: suggestedProbability }] : [],
    errorProbability: hasRun ? 1 / (1 + Math.exp(-2 * evidence)) : null,
  };
}

/** The conditions that no verdict changes. */
export function matchesFixed(row: RankedView, by: ScoreName, filter: ReviewFilter): boolean {
  const { givenClassIds, suggestedClassIds, scoreRange, text } = filter;
  const score = row.scores[by] ?? 0;
  return (
    (!givenClassIds || givenClassIds.includes(row.givenClassId)) &&
    (!suggestedClassIds || (row.suggestedClassId !== null && suggestedClassIds.includes(row.suggestedClassId))) &&
    score >= (scoreRange?.from ?? -Infinity) &&
    score <= (scoreRange?.to ?? Infinity) &&
    (!text || row.path.toLowerCase().includes(text.toLowerCase()))
  );
}

const noScores: RankedView['scores'] = {
  suspicion: null,
  weight: null,
  alignment: null,
  cosine: null,
  harm: null,
  margin: null,
  loss: null,
  probability: null,
  neighbours: null,
  trustedOnly: null,
  selfConfidence: null,
};

function scoresOf(evidence: number): RankedView['scores'] {
  const probability = 1 / (1 + Math.exp(2 * evidence));
  return {
    suspicion: evidence,
    weight: Math.max(0, 1 - evidence),
    alignment: -evidence,
    cosine: -Math.tanh(evidence),
    harm: Math.max(0, evidence),
    margin: -2 * evidence,
    loss: -Math.log(probability),
    probability,
    neighbours: 1 - probability,
    trustedOnly: probability,
    selfConfidence: probability,
  };
}

export function historyOf(row: RankedView): EpochPoint[] {
  const evidence = row.scores.suspicion ?? 0;
  return Array.from({ length: 12 }, (_, epochIndex) => {
    const wobble = hashUnit(row.id, 20 + epochIndex) - 0.5;
    const margin = -2 * evidence * Math.min(1, epochIndex / 5) + wobble;
    return {
      epochIndex,
      visits: 1,
      weight: Math.max(0, 1 - evidence * Math.min(1, epochIndex / 4) + wobble * 0.4),
      alignment: -evidence,
      cosine: -Math.tanh(evidence),
      harm: Math.max(0, evidence),
      margin,
      loss: 1,
      probability: 0.5,
      predictedClassId: margin < 0 ? row.suggestedClassId : row.givenClassId,
    };
  });
}

export function histogramOf(list: readonly RankedView[], by: ScoreName): ReviewSummary['histogram'] {
  if (list.length === 0) return null;
  let from = Infinity;
  let to = -Infinity;
  for (const { scores } of list) {
    from = Math.min(from, scores[by] ?? 0);
    to = Math.max(to, scores[by] ?? 0);
  }
  const counts = new Array<number>(60).fill(0);
  for (const { scores } of list) {
    const bin = Math.min(59, Math.floor((((scores[by] ?? 0) - from) / (to - from || 1)) * 60));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from, to, counts };
}
