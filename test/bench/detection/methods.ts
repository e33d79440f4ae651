/** The scores that are compared, each larger for what it suspects. */
import { matMul, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { createRandom, deriveSeed } from '../../../src-main/core/random/random-generator.ts';
import { drawFolds, SoftRegression } from '../../../src-main/core/ranking/soft-regression.ts';
import { rankSuspicion, type SuspicionResult } from '../../../src-main/core/ranking/rank-suspicion.ts';
import { softmaxRows } from '../../../src-main/core/ranking/softmax.ts';
import { standardiseColumns } from '../../../src-main/core/ranking/standardise.ts';
import { defaultSettings } from '../../../src-main/core/reweight/default-settings.ts';
import type { MethodName } from '../../../src-main/core/reweight/run-settings.ts';
import type { RunScores } from '../../../src-main/core/reweight/signals.ts';
import { RunControl } from '../../../src-main/training/run-control.ts';
import { runJob } from '../../../src-main/training/run-job.ts';
import type { Ranker } from '../../../src-main/training/score-run.ts';
import type { Trial } from './conditions.ts';

export interface TrialScores {
  /** By name, [N] each. */
  readonly scores: Readonly<Record<string, ArrayLike<number>>>;
  readonly ranking: SuspicionResult;
  readonly rankingSeconds: number;
}

export async function scoreTrial(trial: Trial, seed: number): Promise<TrialScores> {
  let [ranking, rankingSeconds]: [SuspicionResult | null, number] = [null, 0];
  const l2rw = await train(trial, 'l2rw', seed, async (input) => {
    const startedAtMs = performance.now();
    ranking = await rankSuspicion(input);
    rankingSeconds = (performance.now() - startedAtMs) / 1000;
    return ranking;
  });
  if (ranking === null) throw new Error('The run ended without a ranking.');
  const plain = await train(trial, 'uniform', seed, withoutRanking);
  const scores = {
    suspicion: l2rw.suspicion,
    'L2RW margin': l2rw.margin.map((margin) => -margin),
    'plain margin': plain.margin.map((margin) => -margin),
    'self-confidence': await selfConfidence(trial, seed),
    'nearest neighbours': neighbourDisagreement(trial),
  };
  return { scores, ranking, rankingSeconds };
}

/** A run of the app's own training loop, with its default settings, in this thread. */
async function train(trial: Trial, method: MethodName, seed: number, rank: Ranker): Promise<RunScores> {
  const buffer = new SharedArrayBuffer(trial.vectors.byteLength);
  new Float32Array(buffer).set(trial.vectors);
  const settings = { ...defaultSettings('head', trial.labels.length), method, seed };
  const job = {
    settings,
    classCount: trial.classCount,
    sampleCount: trial.labels.length,
    inputs: { kind: 'vectors', buffer, dimensions: trial.dimensions },
    labels: trial.labels,
    trusted: trial.trusted,
    checkpoint: null,
  } as const;
  for await (const event of runJob(job, new RunControl(), rank)) if (event.kind === 'finished') return event.scores;
  throw new Error('The run ended without scores.');
}

/** Only the margins are wanted of the plain run. */
const withoutRanking: Ranker = async ({ givenLabels }) => ({
  suspicion: new Float32Array(givenLabels.length),
  suggested: new Int16Array(givenLabels.length),
  suggestedProbability: new Float32Array(givenLabels.length),
  errorProbability: new Float32Array(givenLabels.length),
  estimatedErrorCount: 0,
  transition: new Float64Array(),
});

/** 1 - out-of-fold probability of the given label: logistic regression, five folds, scikit-learn's default penalty (C = 1). */
async function selfConfidence(trial: Trial, seed: number): Promise<Float32Array> {
  const { classCount, labels, dimensions } = trial;
  const targets = new Float32Array(labels.length * classCount);
  labels.forEach((label, sample) => (targets[sample * classCount + label] = 1));
  const regression = new SoftRegression({
    vectors: standardiseColumns(trial.vectors, dimensions),
    dimensions,
    classCount,
    folds: drawFolds(labels.length, createRandom(deriveSeed(seed, 'self-confidence'))),
    sampleWeights: new Float32Array(labels.length).fill(1),
    penalty: 1 / (2 * labels.length),
  });
  // Fits start where the last one ended: several of ten steps come to scikit-learn's hundred iterations.
  let logits = await regression.fit(targets);
  for (let repeat = 0; repeat < 4; repeat++) logits = await regression.fit(targets);
  regression.dispose();
  const probabilities = softmaxRows(logits, classCount);
  return Float32Array.from(labels, (label, sample) => 1 - probabilities[sample * classCount + label]!);
}

const neighbours = 15;

/** Share of the 15 nearest other samples (cosine of the standardised vectors) that have another given label. */
function neighbourDisagreement({ vectors, dimensions, labels }: Trial): Float32Array {
  const units = standardiseColumns(vectors, dimensions);
  for (let start = 0; start < units.length; start += dimensions) {
    const row = units.subarray(start, start + dimensions);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    row.forEach((value, d) => (row[d] = value / norm));
  }
  const count = labels.length;
  const similarities = tidy(() => {
    const rows = tensor2d(units, [count, dimensions]);
    return matMul(rows, rows, false, true).dataSync<'float32'>();
  });
  return Float32Array.from(labels, (label, sample) => {
    const row = similarities.subarray(sample * count, (sample + 1) * count);
    row[sample] = -Infinity;
    const nearest = Uint32Array.from(row.keys())
      .sort((a, b) => row[b]! - row[a]!)
      .subarray(0, neighbours);
    return nearest.reduce((sum, other) => sum + (labels[other] === label ? 0 : 1), 0) / neighbours;
  });
}
