/** Rows of a ranked list as the pages see them: read by id from storage, scored from memory. */
import type { RankedView, SampleView } from '../contract/payloads.ts';
import type { ClassId, SampleId } from '../core/dataset/sample.ts';
import { scoreNames, type ScoreName } from '../core/ranking/run-scores.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { RankedList } from './ranked-lists.ts';
import type { Ranking, RunView } from './run-view.ts';
import { viewSamples } from './sample-views.ts';

/** Rows [offset, offset + limit) of the list. */
export function viewRows(
  stores: ProjectStores,
  list: RankedList,
  offset: number,
  limit: number,
): readonly RankedView[] {
  const ids = idsOf(list, offset, limit);
  return viewSamples(stores, ids).map((sample) => viewRanked(sample, list.runView, list.ranking));
}

export function idsOf({ index, positions }: RankedList, offset: number, limit: number): SampleId[] {
  return Array.from(positions.subarray(offset, offset + limit), (position) => index.idAt(position));
}

export function viewRanked(sample: SampleView, runView: RunView | null, ranking: Ranking | null): RankedView {
  const position = runView?.index.positionOf(sample.id) ?? -1;
  const runIndex = runView?.runIndices[position] ?? -1;
  if (!runView || runIndex < 0) return { ...sample, ...unscored };
  const { scores } = runView;
  const alternatives = runView.alternativesAt(position);
  const suggestedClassId = (runView.suggestedClassAt(position) || null) as ClassId | null;
  return {
    ...sample,
    rankPosition: ranking?.ranks[position] || null,
    scores: recordOfScores((name) => numberOrNull(runView.recordedAt(position, name))),
    visits: scores.visits[runIndex] ?? 0,
    suggestedClassId,
    suggestedProbability: suggestedClassId === null ? null : (alternatives[0]?.probability ?? null),
    alternatives,
    errorProbability: numberOrNull(scores.errorProbability[runIndex] ?? Number.NaN),
  };
}

const unscored = {
  rankPosition: null,
  scores: recordOfScores(() => null),
  visits: 0,
  suggestedClassId: null,
  suggestedProbability: null,
  alternatives: [],
  errorProbability: null,
};

function recordOfScores(read: (name: ScoreName) => number | null): Record<ScoreName, number | null> {
  return Object.fromEntries(scoreNames.map((name) => [name, read(name)])) as Record<ScoreName, number | null>;
}

/** NaN and infinities stand for "none": they do not cross the boundary. */
export function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
