/** Actions in words, and what they do to a row before the host has answered. */
import type { RankedView, ReviewAction } from '../../../src-main/contract/payloads.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';
import { formatImages } from '../../lib/format.ts';

/** "Drop 60 pictures?", for the one question that is asked before a large action. */
export function actionQuestion(action: ReviewAction, count: number, nameOf: (classId: ClassId) => string): string {
  const pictures = formatImages(count);
  switch (action.kind) {
    case 'keep':
      return `Keep ${pictures} as labelled?`;
    case 'drop':
      return `Drop ${pictures}?`;
    case 'unsure':
      return `Mark ${pictures} as unsure?`;
    case 'both':
      return `Say of ${pictures} that both labels are right?`;
    case 'neither':
      return `Say of ${pictures} that no class fits? They are left out of the export.`;
    case 'clear':
      return `Take the decision back for ${pictures}?`;
    case 'accept':
      return `Relabel ${pictures} to what is suggested for each?`;
    case 'relabel':
      return `Relabel ${pictures} to ${nameOf(action.classId)}?`;
    case 'trust':
      return `Add ${pictures} to the trusted set?`;
    case 'distrust':
      return `Take ${pictures} out of the trusted set?`;
  }
}

/** Why accepting does nothing, and what to do instead. */
export function noSuggestionWords({ alternatives }: RankedView, nameOf: (classId: ClassId) => string): string {
  const names = alternatives.slice(0, 2).map(({ classId }) => nameOf(classId));
  if (names.length === 0)
    return 'No label is suggested for this image: no training run has judged it. Relabel it by hand.';
  return `No label is suggested for this image: no class is likely enough (next: ${names.join(', ')}). Relabel it by hand.`;
}

/** The row as it will be after the action. The host's answer replaces it. */
export function rowAfter(row: RankedView, action: ReviewAction): RankedView {
  switch (action.kind) {
    case 'keep':
    case 'drop':
    case 'unsure':
    case 'neither':
      return { ...row, decision: action.kind, correctedClassId: null };
    case 'clear':
      return { ...row, decision: null, correctedClassId: null };
    case 'accept':
      if (row.suggestedClassId === null) return row;
      return { ...row, decision: 'relabel', correctedClassId: row.suggestedClassId };
    case 'both': {
      const other = action.classId ?? row.suggestedClassId;
      return other === null ? row : { ...row, decision: 'both', correctedClassId: other, trustedClassId: null };
    }
    case 'relabel':
      return { ...row, decision: 'relabel', correctedClassId: action.classId };
    case 'trust':
      return { ...row, trustedClassId: action.classId ?? row.givenClassId };
    case 'distrust':
      return { ...row, trustedClassId: null };
  }
}
