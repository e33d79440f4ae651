/** How a verdict is kept in three columns: decision, corrected class, trusted class. */
import { namedClass, type Decision, type DecisionKind, type Verdict } from '../core/dataset/decision.ts';
import type { ClassId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';

export interface VerdictRow {
  readonly decision: DecisionKind | null;
  readonly correctedClassId: ClassId | null;
  readonly trustedClassId: ClassId | null;
}

/** Columns of `verdicts AS v`, named as in VerdictRow. */
export const verdictColumns =
  'v.decision, v.corrected_class_id AS correctedClassId, v.trusted_class_id AS trustedClassId';

function toDecision(kind: DecisionKind | null, correctedClassId: ClassId | null): Decision | null {
  if (kind === null) return null;
  if (kind !== 'relabel' && kind !== 'both') return { kind };
  if (correctedClassId !== null) return { kind, classId: correctedClassId };
  throw new TouchstoneError(
    'project-damaged',
    'The project file holds a decision without the class it names. Put back a backup of the project folder.',
  );
}

/** Columns to verdict. A row of a left join that found nothing is "no verdict". */
export function toVerdict(row: VerdictRow): Verdict {
  return { decision: toDecision(row.decision, row.correctedClassId), trustedClassId: row.trustedClassId };
}

/** Verdict to the values of its three columns. */
export function fromVerdict(verdict: Verdict): [DecisionKind | null, ClassId | null, ClassId | null] {
  const { decision, trustedClassId } = verdict;
  return [decision?.kind ?? null, namedClass(decision), trustedClassId];
}
