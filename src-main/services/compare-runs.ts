/** How far two runs agree on what is suspicious. */
import type { MethodOutput } from '../contract/methods.ts';
import { correlateRanks, meanRanks } from '../core/metrics/rank-correlation.ts';
import { orderByValue } from '../core/ranking/order-by-value.ts';
import type { ScoreName } from '../core/ranking/run-scores.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Ranking, RunView } from './run-view.ts';
import { viewSamples } from './sample-views.ts';
import { yieldToOthers } from './take-turns.ts';

/** Over the samples that both runs rank. Both views must stand on the same sample index. */
export async function compareRuns(
  stores: ProjectStores,
  [first, second]: readonly [RunView, RunView],
  by: ScoreName,
  limit: number,
): Promise<MethodOutput<'review/compare-runs'>> {
  const ranking = await first.ranking(by);
  const otherRanking = await second.ranking(by);
  const { ranks } = ranking;
  const otherRanks = otherRanking.ranks;
  await yieldToOthers();
  const common = commonPositions(ranks, otherRanks);
  const distances = Float32Array.from(common, (place) => -Math.abs((ranks[place] ?? 0) - (otherRanks[place] ?? 0)));
  const farthest = Array.from(
    (await orderByValue(distances, yieldToOthers)).subarray(0, limit),
    (row) => common[row] ?? 0,
  );
  const samples = viewSamples(
    stores,
    farthest.map((position) => first.index.idAt(position)),
  );
  return {
    correlation: await spearman(readScores(ranking, common), readScores(otherRanking, common)),
    moved: samples.map((sample) => {
      const position = first.index.positionOf(sample.id);
      return { sample, rank: ranks[position] ?? 0, otherRank: otherRanks[position] ?? 0 };
    }),
  };
}

function commonPositions(ranks: Int32Array, otherRanks: Int32Array): Int32Array {
  const common = new Int32Array(ranks.length);
  let count = 0;
  for (let position = 0; position < ranks.length; position++) {
    if (ranks[position] !== 0 && otherRanks[position] !== 0) common[count++] = position;
  }
  return common.slice(0, count);
}

function readScores({ scores }: Ranking, positions: Int32Array): Float32Array {
  return Float32Array.from(positions, (position) => scores[position] ?? Number.NaN);
}

/** Spearman's rank correlation of many values, in turns with everything else. Null for fewer than two, and where one side is constant. */
export async function spearman(first: Float32Array, second: Float32Array): Promise<number | null> {
  const ranks = meanRanks(first, await orderByValue(first, yieldToOthers));
  const otherRanks = meanRanks(second, await orderByValue(second, yieldToOthers));
  return correlateRanks(ranks, otherRanks);
}
