/** A filter of the review page as a test on one position of the sample index, quick enough for a million. */
import type { ReviewFilter } from '../contract/payloads.ts';
import { isReliable } from '../core/ranking/suggest-labels.ts';
import type { ClassId } from '../core/dataset/sample.ts';
import { isInPolygon } from '../core/similarity/polygon.ts';
import { problemBit } from './problem-marks.ts';
import type { ProjectViews } from './project-views.ts';
import type { Ranking, RunView } from './run-view.ts';
import { decisionCode, type SampleIndex } from './sample-index.ts';

/** The run that a list is ranked by; null without one. */
export interface RunLists {
  readonly runView: RunView | null;
  readonly ranking: Ranking | null;
}

export type PositionTest = (position: number) => boolean;

/** A sample passes that passes all of them; none where the filter lets everything pass. Without a run nothing has a score or a suggestion. */
export async function compileFilter(
  views: ProjectViews,
  index: SampleIndex,
  run: RunLists,
  filter: ReviewFilter,
): Promise<readonly PositionTest[]> {
  const tests = [...testSample(index, filter), ...testRun(run, filter)];
  tests.push(...(await testProblems(views, filter)));
  if (filter.mapArea) {
    const { mapArea } = filter;
    const points = await views.mapPoints();
    // What the map lacks is NaN, which lies in no area.
    tests.push(
      (position) =>
        points !== null && isInPolygon(mapArea, points[2 * position] ?? NaN, points[2 * position + 1] ?? NaN),
    );
  }
  if (filter.text) {
    const matches = await (await views.paths()).search(filter.text);
    tests.push((position) => matches[position] === 1);
  }
  return tests;
}

/** Whether a list with this filter can change with a verdict, with a check of the pictures, or with a new map. */
export function dependsOnVerdicts(filter: ReviewFilter): boolean {
  const { decisions, trusted, hasProblem, problemKinds, mapArea } = filter;
  return [decisions, trusted, hasProblem, problemKinds, mapArea].some((part) => part !== undefined);
}

function testSample(index: SampleIndex, { givenClassIds, decisions, trusted }: ReviewFilter): PositionTest[] {
  const tests: PositionTest[] = [];
  if (givenClassIds) {
    const wanted = new Set<number>(givenClassIds);
    tests.push((position) => wanted.has(index.givenClassIds[position] ?? 0));
  }
  if (decisions) {
    const wanted = new Set(decisions.map((kind) => decisionCode(kind === 'none' ? null : kind)));
    tests.push((position) => wanted.has(index.decisions[position] ?? 0));
  }
  if (trusted !== undefined) tests.push((position) => (index.trustedClassIds[position] !== 0) === trusted);
  return tests;
}

function testRun({ runView, ranking }: RunLists, { suggestedClassIds, scoreRange }: ReviewFilter): PositionTest[] {
  const tests: PositionTest[] = [];
  if (suggestedClassIds) {
    tests.push(testSuggestion(runView, new Set(suggestedClassIds)));
  }
  if (scoreRange && (scoreRange.from !== undefined || scoreRange.to !== undefined)) {
    // Limits come from pages as doubles, scores are float32: a limit taken from a score must hold the sample it came from.
    const from = Math.fround(scoreRange.from ?? Number.NEGATIVE_INFINITY);
    const to = Math.fround(scoreRange.to ?? Number.POSITIVE_INFINITY);
    const scores = ranking?.scores ?? new Float32Array(0);
    tests.push((position) => {
      const score = scores[position] ?? Number.NaN;
      return score >= from && score <= to;
    });
  }
  return tests;
}

/** By the network's output rather than by class: a million look-ups in plain arrays. */
function testSuggestion(runView: RunView | null, wanted: ReadonlySet<ClassId>): PositionTest {
  if (!runView) return () => false;
  const { runIndices } = runView;
  const { suggested, suggestedProbability } = runView.scores;
  const isWanted = Uint8Array.from(runView.run.classIds, (classId) => (wanted.has(classId) ? 1 : 0));
  return (position) => {
    const runIndex = runIndices[position] ?? -1;
    return isWanted[suggested[runIndex] ?? -1] === 1 && isReliable(suggestedProbability[runIndex] ?? Number.NaN);
  };
}

async function testProblems(views: ProjectViews, { hasProblem, problemKinds }: ReviewFilter): Promise<PositionTest[]> {
  if (hasProblem === undefined && problemKinds === undefined) return [];
  const marks = await views.problemMarks();
  const tests: PositionTest[] = [];
  if (hasProblem !== undefined) tests.push((position) => (marks[position] !== 0) === hasProblem);
  if (problemKinds) {
    const wanted = problemKinds.reduce((bits, kind) => bits | problemBit(kind), 0);
    tests.push((position) => ((marks[position] ?? 0) & wanted) !== 0);
  }
  return tests;
}
