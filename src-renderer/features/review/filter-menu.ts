/** The conditions that the filter menu offers, as menu groups that change the filter. */
import type { ReviewFilter } from '../../../src-main/contract/payloads.ts';
import { decisionKinds } from '../../../src-main/core/dataset/decision.ts';
import type { MenuGroup } from '../../components/menu-group.ts';
import { decisionWords, toggled, withPart } from './filter-words.ts';

export interface FilterMenuActions {
  readonly apply: (filter: ReviewFilter) => void;
  /** Opens the choice of a class for one of the two conditions on classes. */
  /** Opens the list of problems by kind. */
  readonly chooseProblem: () => void;
  readonly chooseClass: (part: 'givenClassIds' | 'suggestedClassIds') => void;
}

export function filterMenu(
  filter: ReviewFilter,
  { apply, chooseClass, chooseProblem }: FilterMenuActions,
): readonly MenuGroup[] {
  const flag = (part: 'trusted' | 'hasProblem', wanted: boolean, text: string) => ({
    id: `${part}-${wanted}`,
    text,
    checked: filter[part] === wanted,
    run: () => apply(withPart(filter, part, filter[part] === wanted ? undefined : wanted)),
  });
  return [
    {
      title: 'Label',
      items: [
        { id: 'given', text: 'Labelled\u2026', run: () => chooseClass('givenClassIds') },
        { id: 'suggested', text: 'Suggested\u2026', run: () => chooseClass('suggestedClassIds') },
      ],
    },
    {
      title: 'Decision',
      items: (['none', ...decisionKinds] as const).map((decision) => ({
        id: decision,
        text: sentenceCase(decisionWords[decision]),
        checked: filter.decisions?.includes(decision) ?? false,
        run: () => apply(withPart(filter, 'decisions', toggled(filter.decisions, decision))),
      })),
    },
    {
      title: 'Trusted set',
      items: [flag('trusted', true, 'Trusted'), flag('trusted', false, 'Not trusted')],
    },
    {
      title: 'File',
      items: [
        flag('hasProblem', true, 'With a problem'),
        flag('hasProblem', false, 'Without problems'),
        { id: 'problems', text: 'Which problem\u2026', run: chooseProblem },
      ],
    },
  ];
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
