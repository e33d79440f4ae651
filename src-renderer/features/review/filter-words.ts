/** A filter in words: one chip for each condition, each with the filter that is left without it. */
import { scoreWords } from '../../../src-main/core/ranking/score-words.ts';
import type { ReviewFilter } from '../../../src-main/contract/payloads.ts';
import type { DecisionKind } from '../../../src-main/core/dataset/decision.ts';
import type { ClassId, ProblemKind } from '../../../src-main/core/dataset/sample.ts';
import type { ScoreName } from '../../../src-main/core/ranking/run-scores.ts';
import { formatScore } from '../../lib/format.ts';

export interface FilterChip {
  readonly id: keyof ReviewFilter;
  readonly text: string;
  readonly without: ReviewFilter;
}

export const decisionWords: Readonly<Record<DecisionKind | 'none', string>> = {
  none: 'not judged yet',
  keep: 'kept',
  relabel: 'relabelled',
  drop: 'dropped',
  unsure: 'unsure',
  both: 'both labels right',
  neither: 'none of the classes',
};

const problemWords: Readonly<Record<ProblemKind, string>> = {
  unreadable: 'not readable',
  empty: 'empty file',
  truncated: 'cut off',
  'too-large': 'too large',
  unsupported: 'format not supported',
  'no-label': 'without a label',
  missing: 'missing',
  'outside-folder': 'outside the folder',
  duplicate: 'duplicate',
  'duplicate-other-label': 'duplicate with another label',
  'listed-twice': 'listed twice',
  'near-duplicate': 'nearly the same as another',
  'near-duplicate-other-label': 'nearly the same as one with another label',
  'near-duplicate-of-trusted': 'nearly the same as a trusted one',
  blurred: 'blurred',
  dark: 'very dark',
  bright: 'very bright',
  'odd-aspect': 'oddly shaped',
  'low-information': 'almost empty',
};

/** The conditions in the order they are shown. */
export function chipsOf(
  filter: ReviewFilter,
  nameOf: (classId: ClassId) => string,
  by: ScoreName,
): readonly FilterChip[] {
  const { givenClassIds, suggestedClassIds, decisions, trusted, hasProblem, problemKinds, scoreRange, text, mapArea } =
    filter;
  const words: readonly (readonly [keyof ReviewFilter, string | null])[] = [
    ['givenClassIds', givenClassIds ? `labelled ${listOf(givenClassIds.map(nameOf))}` : null],
    ['suggestedClassIds', suggestedClassIds ? `suggested ${listOf(suggestedClassIds.map(nameOf))}` : null],
    ['decisions', decisions ? listOf(decisions.map((decision) => decisionWords[decision])) : null],
    ['trusted', trusted === undefined ? null : trusted ? 'trusted' : 'not trusted'],
    ['hasProblem', hasProblem === undefined ? null : hasProblem ? 'with a problem' : 'without problems'],
    ['problemKinds', problemKinds ? listOf(problemKinds.map((kind) => problemWords[kind])) : null],
    ['scoreRange', scoreRange ? rangeWords(scoreRange, by) : null],
    ['mapArea', mapArea ? 'in the area of the map' : null],
    ['text', text ? `path contains \u201c${text}\u201d` : null],
  ];
  return words.flatMap(([id, chip]) => (chip === null ? [] : [{ id, text: chip, without: withoutPart(filter, id) }]));
}

/** The filter with one condition replaced; undefined takes it away. */
export function withPart<Part extends keyof ReviewFilter>(
  filter: ReviewFilter,
  part: Part,
  value: ReviewFilter[Part] | undefined,
): ReviewFilter {
  return value === undefined ? withoutPart(filter, part) : { ...filter, [part]: value };
}

/** The list with the entry added, or taken away where it was in it; undefined once nothing is left. */
export function toggled<Entry>(list: readonly Entry[] | undefined, entry: Entry): readonly Entry[] | undefined {
  const rest = (list ?? []).filter((other) => other !== entry);
  if (rest.length === (list ?? []).length) return [...rest, entry];
  return rest.length === 0 ? undefined : rest;
}

function withoutPart(filter: ReviewFilter, part: keyof ReviewFilter): ReviewFilter {
  const { [part]: _taken, ...rest } = filter;
  return rest;
}

function listOf(words: readonly string[]): string {
  if (words.length <= 3) return words.join(' or ');
  return `${words.slice(0, 2).join(', ')} or ${words.length - 2} more`;
}

function rangeWords({ from, to }: { readonly from?: number; readonly to?: number }, by: ScoreName): string {
  const title = scoreWords[by].title.toLowerCase();
  if (from !== undefined && to !== undefined) return `${title} ${formatScore(from)} to ${formatScore(to)}`;
  if (from !== undefined) return `${title} from ${formatScore(from)}`;
  if (to !== undefined) return `${title} up to ${formatScore(to)}`;
  return title;
}
