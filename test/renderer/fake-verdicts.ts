/** Verdicts of the fake project, what actions make of them, and the share of wrong labels among them. */
import type { RankedView, ReviewAction, ReviewSummary } from '../../src-main/contract/payloads.ts';
import type { DecisionKind } from '../../src-main/core/dataset/decision.ts';
import type { ClassId } from '../../src-main/core/dataset/sample.ts';

export interface Verdict {
  readonly decision: DecisionKind | null;
  readonly correctedClassId: ClassId | null;
  readonly trustedClassId: ClassId | null;
}

export function after(row: RankedView, before: Verdict, action: ReviewAction): Verdict {
  switch (action.kind) {
    case 'keep':
    case 'drop':
    case 'unsure':
    case 'neither':
      return { ...before, decision: action.kind, correctedClassId: null };
    case 'both':
      return { ...before, decision: 'both', correctedClassId: action.classId ?? row.suggestedClassId };
    case 'clear':
      return { ...before, decision: null, correctedClassId: null };
    case 'accept':
      return { ...before, decision: 'relabel', correctedClassId: row.suggestedClassId };
    case 'relabel':
      return { ...before, decision: 'relabel', correctedClassId: action.classId };
    case 'trust':
      return { ...before, trustedClassId: action.classId ?? row.givenClassId };
    case 'distrust':
      return { ...before, trustedClassId: null };
  }
}

export function wilson(hits: number, total: number): ReviewSummary['wrongShare'] {
  if (total === 0) return null;
  const z = 1.96;
  const share = hits / total;
  const centre = (share + z ** 2 / (2 * total)) / (1 + z ** 2 / total);
  const half = (z / (1 + z ** 2 / total)) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
