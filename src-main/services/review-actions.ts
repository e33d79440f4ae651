/** What an action makes of a sample's verdict, and how the journal names it. Pure. */
import type { ReviewAction } from '../contract/payloads.ts';
import { namedClass, type Decision, type Verdict } from '../core/dataset/decision.ts';
import type { ClassId } from '../core/dataset/sample.ts';
import { assertNever } from '../core/errors.ts';

/** What an action may depend on beside the verdict. */
export interface ActionSubject {
  readonly before: Verdict;
  readonly givenClassId: ClassId;
  /** Null where no run suggests anything. */
  readonly suggestedClassId: ClassId | null;
}

/**
 * The verdict after the action; the same object where it changes nothing.
 *
 * Decisions and trust never contradict each other: a dropped sample is not trusted, a trusted one is neither dropped nor
 * unsure nor of two classes or none, and relabelling a trusted sample corrects its trusted label.
 */
export function applyAction(action: ReviewAction, subject: ActionSubject): Verdict {
  const { before } = subject;
  const after = verdictAfter(action, subject);
  return isSameVerdict(before, after) ? before : after;
}

function verdictAfter(action: ReviewAction, { before, givenClassId, suggestedClassId }: ActionSubject): Verdict {
  switch (action.kind) {
    case 'keep':
      return { ...before, decision: { kind: 'keep' } };
    case 'drop':
    case 'unsure':
    case 'neither':
      return { decision: { kind: action.kind }, trustedClassId: null };
    case 'both':
      return bothRight(before, givenClassId, action.classId ?? suggestedClassId);
    case 'clear':
      return { ...before, decision: null };
    case 'relabel':
      return relabelled(before, action.classId);
    case 'accept':
      return accepted(before, givenClassId, suggestedClassId);
    case 'trust':
      return trusted(before, action.classId ?? correctedClass(before.decision) ?? givenClassId);
    case 'distrust':
      return { ...before, trustedClassId: null };
    default:
      return assertNever(action);
  }
}

function accepted(before: Verdict, givenClassId: ClassId, suggestedClassId: ClassId | null): Verdict {
  if (suggestedClassId === null) return before;
  if (suggestedClassId === givenClassId) return { ...before, decision: { kind: 'keep' } };
  return relabelled(before, suggestedClassId);
}

/** An image with two right labels is no clean example of either: it is not trusted. */
function bothRight(before: Verdict, givenClassId: ClassId, classId: ClassId | null): Verdict {
  if (classId === null) return before;
  if (classId === givenClassId) return { ...before, decision: { kind: 'keep' } };
  return { decision: { kind: 'both', classId }, trustedClassId: null };
}

function relabelled({ trustedClassId }: Verdict, classId: ClassId): Verdict {
  return { decision: { kind: 'relabel', classId }, trustedClassId: trustedClassId === null ? null : classId };
}

function trusted({ decision }: Verdict, classId: ClassId): Verdict {
  const corrected = correctedClass(decision);
  const agrees = decision?.kind === 'keep' || corrected === classId;
  return { decision: agrees ? decision : null, trustedClassId: classId };
}

function correctedClass(decision: Decision | null): ClassId | null {
  return decision?.kind === 'relabel' ? decision.classId : null;
}

function isSameVerdict(a: Verdict, b: Verdict): boolean {
  const isSameKind = a.decision?.kind === b.decision?.kind;
  return isSameKind && namedClass(a.decision) === namedClass(b.decision) && a.trustedClassId === b.trustedClassId;
}

/** In words, for the log and the undo button: "Dropped 3 images". `className` is that of the action's class. */
export function titleOf(action: ReviewAction, count: number, className: string | null): string {
  const images = count === 1 ? '1 image' : `${count} images`;
  switch (action.kind) {
    case 'keep':
      return `Kept ${images}`;
    case 'drop':
      return `Dropped ${images}`;
    case 'unsure':
      return `Marked ${images} as unsure`;
    case 'neither':
      return `Marked ${images} as none of the classes`;
    case 'both':
      return className === null ? `Marked ${images} as both classes` : `Marked ${images} as "${className}" too`;
    case 'clear':
      return `Took back the decision on ${images}`;
    case 'accept':
      return `Accepted the suggestion for ${images}`;
    case 'relabel':
      return `Relabelled ${images} to "${className}"`;
    case 'trust':
      return className === null ? `Trusted ${images}` : `Trusted ${images} as "${className}"`;
    case 'distrust':
      return `Took ${images} out of the trusted set`;
    default:
      return assertNever(action);
  }
}
