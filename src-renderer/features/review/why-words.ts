/** What trusted pictures and neighbours say of a label, in short headings. */
import type { WhyView } from '../../../src-main/contract/payloads.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';
import { formatCount } from '../../lib/format.ts';

type NameOf = (classId: ClassId) => string;

/** "By strength, 87 % of what 12 trusted pictures say is against glass". */
export function balanceWords({ heard, shareAgainst }: WhyView, given: string): string {
  if (heard === 0) return 'No trusted image to ask yet';
  const isAgainst = shareAgainst >= 0.5;
  const share = Math.round(100 * (isAgainst ? shareAgainst : 1 - shareAgainst));
  return `By strength, ${share} % of what ${formatCount(heard)} trusted images say is ${isAgainst ? 'against' : 'for'} ${given}`;
}

/** "Looks like 8 others: 6 labelled plastic, 2 glass". */
export function neighbourWords(neighbours: WhyView['neighbours'], givenClassId: ClassId, nameOf: NameOf): string {
  const counts = new Map<ClassId, number>();
  for (const { sample } of neighbours) {
    const classId = sample.trustedClassId ?? sample.correctedClassId ?? sample.givenClassId;
    counts.set(classId, (counts.get(classId) ?? 0) + 1);
  }
  const ranked = [...counts].sort(
    (a, b) => b[1] - a[1] || Number(b[0] === givenClassId) - Number(a[0] === givenClassId),
  );
  const shown = ranked.slice(0, 3).map(([classId, count]) => `${formatCount(count)} ${nameOf(classId)}`);
  const rest = ranked.slice(3).reduce((sum, [, count]) => sum + count, 0);
  if (rest > 0) shown.push(`${formatCount(rest)} others`);
  return `Most like it are ${shown.join(', ')}`;
}
