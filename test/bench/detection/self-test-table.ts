/** The self-test's ranges beside the truth. */
import type { Prediction, SelfTestResult } from './quality.ts';
import { groupsOf, mean, table, titleOf, type Setting } from './report-parts.ts';

export type SelfTest = SelfTestResult & Setting;

const names = ['recall', 'precisionOfNext', 'reviewFor90'] as const;
const titles = {
  recall: 'Recall at the cut S',
  precisionOfNext: 'Precision of the next 50',
  reviewFor90: 'Review for 90 %',
};
const digits = { recall: 2, precisionOfNext: 2, reviewFor90: 0 };

/** One row per condition, and below how often the ranges held. */
export function selfTestTable(results: readonly SelfTest[]): string[] {
  return [
    'Self-test, before anything was reviewed: predicted range: truth, means over the draws; in brackets in how many of them the range held the truth:',
    '',
    ...table(
      ['Condition', ...names.map((name) => titles[name])],
      groupsOf(results).map((group) => [titleOf(group), ...names.map((name) => describe(group.trials, name))]),
    ),
    `Held, of all draws: ${names.map((name) => `${titles[name]} ${heldIn(results, name)}`).join(', ')}. ` +
      `Mean width: recall ${width(results, 'recall')}, precision ${width(results, 'precisionOfNext')}.`,
    '',
  ];
}

/** The same for the terminal. */
export function selfTestLines(results: readonly SelfTest[]): string[] {
  return groupsOf(results).map((group) => {
    const cells = names.map((name) => `${titles[name]} ${describe(group.trials, name)}`);
    return `self-test, range: truth (held), ${titleOf(group)}: ${cells.join('; ')}`;
  });
}

function describe(results: readonly SelfTest[], name: keyof SelfTestResult): string {
  const of = (end: keyof Prediction): string => mean(results.map((result) => result[name][end])).toFixed(digits[name]);
  return `${of('low')} to ${of('high')}: ${of('truth')} (${heldIn(results, name).replace(' of ', '/')})`;
}

function heldIn(results: readonly SelfTest[], name: keyof SelfTestResult): string {
  return `${results.filter((result) => holds(result[name])).length} of ${results.length}`;
}

function width(results: readonly SelfTest[], name: keyof SelfTestResult): string {
  return mean(results.map((result) => result[name].high - result[name].low)).toFixed(2);
}

/** Within the rounding of a share. */
function holds({ low, high, truth }: Prediction): boolean {
  return truth >= low - 1e-9 && truth <= high + 1e-9;
}
