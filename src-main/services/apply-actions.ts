/** Turns actions on samples into the verdicts that really change, from memory: a hundred thousand samples are one quick step. */
import type { ReviewAction } from '../contract/payloads.ts';
import type { Decision, Verdict } from '../core/dataset/decision.ts';
import { noVerdict } from '../core/dataset/decision.ts';
import type { ClassId, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { AppliedChange } from './project-views.ts';
import { applyAction, type ActionSubject } from './review-actions.ts';
import type { RunView } from './run-view.ts';
import type { SampleIndex } from './sample-index.ts';
import { inStretches } from './take-turns.ts';

export interface ActionItem {
  readonly sampleId: SampleId;
  readonly action: ReviewAction;
}

/** Items between two turns of the event loop: some 10 ms. An action on fewer is planned within the turn that it began in. */
const stretchItems = 10_000;

/**
 * In the order of the items. Of several actions on one sample each builds on the one before. Whoever plans more than a stretch makes sure
 * afterwards that the verdicts are still those that were planned from. Throws `not-found`, `class-unknown`.
 */
export async function planChanges(
  stores: ProjectStores,
  index: SampleIndex,
  runView: RunView | null,
  items: readonly ActionItem[],
): Promise<readonly AppliedChange[]> {
  const classNames = new Set<ClassId>(stores.samples.classes().map(({ id }) => id));
  const subjects = new Map<SampleId, Subject>();
  await inStretches(items.length, stretchItems, (from, to) => {
    for (const { sampleId, action } of items.slice(from, to)) {
      refuseUnknownClass(action, classNames);
      let subject = subjects.get(sampleId);
      if (!subject) subjects.set(sampleId, (subject = readSubject(stores, index, runView, sampleId)));
      subject.before = applyAction(action, subject);
    }
  });
  const changes: AppliedChange[] = [];
  for (const [sampleId, { before: after, original }] of subjects) {
    if (after !== original) changes.push({ sampleId, after });
  }
  return changes;
}

/** `before` moves on with each action. */
interface Subject extends ActionSubject {
  before: Verdict;
  readonly original: Verdict;
}

function readSubject(stores: ProjectStores, index: SampleIndex, runView: RunView | null, sampleId: SampleId): Subject {
  const position = index.positionOf(sampleId);
  if (position < 0) return readGoneSubject(stores, sampleId);
  const original = verdictAt(index, position);
  const suggested = runView?.suggestedClassAt(position) ?? 0;
  return {
    original,
    before: original,
    givenClassId: index.givenClassIds[position] as ClassId,
    suggestedClassId: (suggested || null) as ClassId | null,
  };
}

/** Samples whose file is gone keep their verdicts, and may get new ones. */
function readGoneSubject({ samples, verdicts }: ProjectStores, sampleId: SampleId): Subject {
  const sample = samples.byId(sampleId);
  if (!sample) {
    const message = `There is no image with the number ${sampleId} in this project. Nothing was changed.`;
    throw new TouchstoneError('not-found', message, { details: { sampleId } });
  }
  const original = verdicts.byId(sampleId);
  return { original, before: original, givenClassId: sample.givenClassId, suggestedClassId: null };
}

function verdictAt(index: SampleIndex, position: number): Verdict {
  const kind = index.decisionAt(position);
  const trustedClassId = index.trustedClassAt(position);
  if (kind === null) return trustedClassId === null ? noVerdict : { decision: null, trustedClassId };
  const classId = index.correctedClassIds[position] as ClassId;
  const decision: Decision = kind === 'relabel' || kind === 'both' ? { kind, classId } : { kind };
  return { decision, trustedClassId };
}

function refuseUnknownClass(action: ReviewAction, known: ReadonlySet<ClassId>): void {
  const classId = 'classId' in action ? action.classId : undefined;
  if (classId === undefined || known.has(classId)) return;
  const message = `There is no class with the number ${classId} in this project. Nothing was changed.`;
  throw new TouchstoneError('class-unknown', message, { details: { classId } });
}
