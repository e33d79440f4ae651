/** One run's scores beside the sample index, and the orders that they give: what ranked lists are cut from. */
import type { Alternative } from '../contract/payloads.ts';
import type { RunId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { orderByValue } from '../core/ranking/order-by-value.ts';
import { isReliable } from '../core/ranking/suggest-labels.ts';
import { suspiciousEnd, type RunScores, type ScoreName } from '../core/ranking/run-scores.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Run } from './ports/run-store.ts';
import type { SampleIndex } from './sample-index.ts';
import { inStretches, yieldToOthers } from './take-turns.ts';

/** A run's list by one score. */
export interface Ranking {
  readonly by: ScoreName;
  /** Per position in the sample index: what ranks. NaN for what is no suspect or has no such score. */
  readonly scores: Float32Array;
  /** Positions in the sample index: the suspects, the most suspicious first, and behind them everything else by id. */
  readonly order: Int32Array;
  /** How many of them are suspects. */
  readonly suspectCount: number;
  /** Rank per position in the index, from 1; 0 for what is no suspect. */
  readonly ranks: Int32Array;
}

const stretchSamples = 100_000;
/** A ranking of a million samples takes 12 MB. */
const keptRankings = 4;

export class RunView {
  readonly run: Run;
  readonly index: SampleIndex;
  readonly scores: RunScores;
  /** Per position in the sample index: where the run holds the sample, or -1. */
  readonly runIndices: Int32Array;
  /** 1 for suspects: samples of the run that were not trusted when it began. */
  readonly isSuspect: Uint8Array;
  readonly #rankings = new Map<ScoreName, Promise<Ranking>>();

  constructor(run: Run, index: SampleIndex, scores: RunScores, runIndices: Int32Array, isSuspect: Uint8Array) {
    this.run = run;
    this.index = index;
    this.scores = scores;
    this.runIndices = runIndices;
    this.isSuspect = isSuspect;
  }

  /** What the run recorded, of trusted samples too; NaN for a sample that it did not hold. */
  recordedAt(position: number, name: ScoreName): number {
    return this.scores[name][this.runIndices[position] ?? -1] ?? Number.NaN;
  }

  /** Class id of the suggestion, or 0: where there is none, or none that is reliable. */
  suggestedClassAt(position: number): number {
    const runIndex = this.runIndices[position] ?? -1;
    const { suggested, suggestedProbability } = this.scores;
    if (!isReliable(suggestedProbability[runIndex] ?? Number.NaN)) return 0;
    return this.run.classIds[suggested[runIndex] ?? -1] ?? 0;
  }

  /** The likeliest other classes, the likeliest first, three at most. */
  alternativesAt(position: number): readonly Alternative[] {
    const runIndex = this.runIndices[position] ?? -1;
    if (runIndex < 0) return [];
    const { suggested, second, third, suggestedProbability, secondProbability, thirdProbability } = this.scores;
    const classes = [suggested, second, third];
    const probabilities = [suggestedProbability, secondProbability, thirdProbability];
    return classes.flatMap((outputs, place) => {
      const classId = this.run.classIds[outputs[runIndex] ?? -1];
      const probability = probabilities[place]?.[runIndex] ?? Number.NaN;
      return classId === undefined || Number.isNaN(probability) ? [] : [{ classId, probability }];
    });
  }

  /** The last few are kept. */
  ranking(by: ScoreName): Promise<Ranking> {
    const ranking = this.#rankings.get(by) ?? this.#rank(by);
    this.#rankings.delete(by);
    this.#rankings.set(by, ranking);
    for (const old of [...this.#rankings.keys()].slice(0, -keptRankings)) this.#rankings.delete(old);
    return ranking;
  }

  async #rank(by: ScoreName): Promise<Ranking> {
    const { runIndices, isSuspect } = this;
    const recorded = this.scores[by];
    const sign = suspiciousEnd[by] === 'largest' ? -1 : 1;
    const scores = new Float32Array(runIndices.length).fill(Number.NaN);
    const keys = new Float32Array(runIndices.length).fill(Number.NaN);
    let suspectCount = 0;
    await inStretches(scores.length, stretchSamples, (from, to) => {
      for (let position = from; position < to; position++) {
        const value = recorded[runIndices[position] ?? -1];
        // NaN is the one value that differs from itself.
        if (isSuspect[position] !== 1 || value === undefined || value !== value) continue;
        scores[position] = value;
        keys[position] = sign * value;
        suspectCount += 1;
      }
    });
    const order = await orderByValue(keys, yieldToOthers);
    return { by, scores, order, suspectCount, ranks: await ranksOf(order, suspectCount) };
  }
}

async function ranksOf(order: Int32Array, suspectCount: number): Promise<Int32Array> {
  const ranks = new Int32Array(order.length);
  await inStretches(suspectCount, stretchSamples, (from, to) => {
    for (let rank = from; rank < to; rank++) ranks[order[rank] ?? 0] = rank + 1;
  });
  return ranks;
}

/** `run-not-found` where there is no such run, or none with scores. */
export async function loadRunView(stores: ProjectStores, runId: RunId, index: SampleIndex): Promise<RunView> {
  const run = stores.runs.byId(runId);
  const scores = run === null ? null : await stores.runs.scores(runId);
  await yieldToOthers();
  if (run === null || scores === null) {
    const message = `Run ${runId} ${run === null ? 'does not exist' : 'has no scores'}. Choose a finished run.`;
    throw new TouchstoneError('run-not-found', message, { details: { runId } });
  }
  const { sampleIds, trusted } = stores.runs.inputs(runId);
  const runIndices = new Int32Array(index.count).fill(-1);
  const isSuspect = new Uint8Array(index.count);
  let next = 0;
  await inStretches(sampleIds.length, stretchSamples, (from, to) => {
    for (let runIndex = from; runIndex < to; runIndex++) {
      const id = sampleIds[runIndex] ?? 0;
      // Mostly the run holds the samples in the order of the index.
      const position = index.ids[next] === id ? next : index.positionOf(id);
      if (position < 0) continue;
      next = position + 1;
      runIndices[position] = runIndex;
      isSuspect[position] = 1;
    }
  });
  for (const runIndex of trusted) {
    const position = index.positionOf(sampleIds[runIndex] ?? 0);
    if (position >= 0) isSuspect[position] = 0;
  }
  return new RunView(run, index, scores, runIndices, isSuspect);
}
