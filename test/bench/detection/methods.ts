/** Every method on one trial: the app's own runs, each of their scores, the rivals and the oracle. Larger is more suspicious. */
import { measurePlanted, type PlantedMeasure } from '../../../src-main/core/audit/measure-planted.ts';
import { plantErrors } from '../../../src-main/core/audit/plant-errors.ts';
import { deriveSeed } from '../../../src-main/core/random/random-generator.ts';
import { rankSuspicion, type SuspicionResult } from '../../../src-main/core/ranking/rank-suspicion.ts';
import { defaultSettings } from '../../../src-main/core/reweight/default-settings.ts';
import { scoreNames, suspiciousEnd, type RunScores } from '../../../src-main/core/ranking/run-scores.ts';
import { RunControl } from '../../../src-main/training/run-control.ts';
import { startChosen } from '../../../src-main/engines/start-chosen.ts';
import { runJob } from '../../../src-main/training/run-job.ts';
import type { TrainingEvent } from '../../../src-main/services/ports/training-runner.ts';
import type { Ranker } from '../../../src-main/training/score-run.ts';
import type { Trial } from './conditions.ts';
import { oracle, rivalScores, type Scores } from './rivals.ts';

export interface OwnScores {
  /** The default, and every score of its run. */
  readonly ours: Scores;
  readonly ranking: SuspicionResult;
  readonly rankingSeconds: number;
}

/** What does not change with our recipe. */
export interface OtherScores {
  readonly rivals: Scores;
  readonly oracle: Float32Array;
}

export async function scoreTrial(trial: Trial, seed: number): Promise<OwnScores> {
  let [ranking, rankingSeconds]: [SuspicionResult | null, number] = [null, 0];
  const l2rw = await train(trial, seed, async (input) => {
    const startedAtMs = performance.now();
    ranking = await rankSuspicion(input);
    rankingSeconds = (performance.now() - startedAtMs) / 1000;
    return ranking;
  });
  if (ranking === null) throw new Error('The run ended without a ranking.');
  return { ours: ownScores(l2rw), ranking, rankingSeconds };
}

/** On the engine that is current. */
export async function scoreOthers(trial: Trial, seed: number): Promise<OtherScores> {
  return { rivals: await rivalScores(trial, seed), oracle: await oracle(trial, seed) };
}

function ownScores(scores: RunScores): Scores {
  return Object.fromEntries(
    scoreNames.map((name) => [
      name,
      suspiciousEnd[name] === 'largest' ? scores[name] : scores[name].map((value) => -value),
    ]),
  );
}

/** What the self-test says before anything was reviewed: errors planted into a copy of the labels, trained and ranked anew. */
export async function selfTest(trial: Trial, ranking: SuspicionResult, seed: number): Promise<PlantedMeasure> {
  const planted = plantErrors({ ...trial, ...ranking, seed: deriveSeed(seed, 'self-test') });
  const { suspicion, errorProbability } = await train({ ...trial, labels: planted.labels }, seed, rankSuspicion);
  const isReviewed = new Uint8Array(trial.labels.length);
  for (const sample of trial.trusted) isReviewed[sample] = 1;
  const ownErrorProbability = ranking.errorProbability;
  return measurePlanted({ suspicion, errorProbability, planted, isReviewed, ownErrorProbability });
}

/** A run of the app's own training loop, with its default settings, in this thread. */
export async function* runTrial(trial: Trial, seed: number, rank: Ranker): AsyncGenerator<TrainingEvent> {
  const buffer = new SharedArrayBuffer(trial.vectors.byteLength);
  new Float32Array(buffer).set(trial.vectors);
  const settings = { ...defaultSettings('head', trial.labels.length), backbone: trial.backbone, seed };
  const job = {
    settings,
    classCount: trial.classCount,
    sampleCount: trial.labels.length,
    inputs: { kind: 'vectors', buffer, dimensions: trial.dimensions },
    labels: trial.labels,
    trusted: trial.trusted,
    checkpoint: null,
  } as const;
  const environment = { enginesFolder: process.env['TOUCHSTONE_TEST_ENGINES'] ?? null };
  yield* runJob(job, new RunControl(), (choice, inputs) => startChosen(choice, environment, inputs), rank);
}

async function train(trial: Trial, seed: number, rank: Ranker): Promise<RunScores> {
  for await (const event of runTrial(trial, seed, rank)) if (event.kind === 'finished') return event.scores;
  throw new Error('The run ended without scores.');
}
