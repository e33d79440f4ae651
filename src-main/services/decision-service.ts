/** Verdicts: every action is one journal entry on named samples, in one transaction, and can be undone. */
import type { MethodHandlers } from '../contract/methods.ts';
import type { ActionResult, ActionTarget, ReviewAction } from '../contract/payloads.ts';
import type { JournalEntry, VerdictChange } from '../core/dataset/decision.ts';
import type { RunId, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { planChanges, type ActionItem } from './apply-actions.ts';
import type { OpenProject } from './open-projects.ts';
import type { AppliedChange } from './project-views.ts';
import { titleOf } from './review-actions.ts';
import type { RunView } from './run-view.ts';
import { emitChange, type ServiceContext } from './service-context.ts';
import { yieldToOthers } from './take-turns.ts';

/** Ids that travel back with an action. */
const returnedIds = 1000;
/** Entries with more changes than this let others have their turn between their steps. */
const longChanges = 10_000;

export type DecisionMethods = Pick<
  MethodHandlers,
  'decide/apply' | 'decide/apply-many' | 'decide/undo' | 'decide/redo' | 'decide/journal' | 'decide/ensure-class'
>;

export function createDecisionMethods(context: ServiceContext): DecisionMethods {
  const { projects, ports } = context;
  return {
    'decide/apply': ({ projectId, target, action, runId }) =>
      applyToTarget(context, projects.getWritable(projectId), { target, action, runId }),
    'decide/apply-many': ({ projectId, title, items }) =>
      applyItems(context, projects.getWritable(projectId), title, items),
    'decide/undo': ({ projectId }) => {
      const project = projects.getWritable(projectId);
      return step(context, project, project.stores.verdicts.undo(ports.clock.nowMs()), 'before');
    },
    'decide/redo': ({ projectId }) => {
      const project = projects.getWritable(projectId);
      return step(context, project, project.stores.verdicts.redo(ports.clock.nowMs()), 'after');
    },
    'decide/journal': ({ projectId, limit }) => projects.get(projectId).stores.verdicts.journal(limit),
    'decide/ensure-class': ({ projectId, name }) => {
      const project = projects.getWritable(projectId);
      const classId = ensureClass(project, name);
      emitChange(context, project, 'project');
      return { classId };
    },
  };
}

/** Many different actions as one journal entry. */
export async function applyItems(
  context: ServiceContext,
  project: OpenProject,
  title: string,
  items: readonly ActionItem[],
): Promise<ActionResult> {
  const runView = await suggestionsFor(project, items, undefined);
  const changes = await planCurrent(project, runView, () => Promise.resolve(items));
  return await write(context, project, () => title, changes);
}

interface Application {
  readonly target: ActionTarget;
  readonly action: ReviewAction;
  readonly runId: RunId | undefined;
}

async function applyToTarget(
  context: ServiceContext,
  project: OpenProject,
  { target, action, runId }: Application,
): Promise<ActionResult> {
  const suggestingRun = runId ?? ('query' in target ? target.query.runId : undefined);
  const runView = await suggestionsFor(project, [{ action }], suggestingRun);
  const changes = await planCurrent(project, runView, async () => {
    const sampleIds = 'query' in target ? await listedIds(project, target) : target.sampleIds;
    return sampleIds.map((sampleId): ActionItem => ({ sampleId, action }));
  });
  return await write(context, project, (count) => titleOf(action, count, classNameOf(project, action)), changes);
}

/**
 * Reads what an action is for and plans its changes; both again where verdicts or samples changed while a large plan took its turns. So the
 * action hits exactly what the list holds when it is written: the caller writes without awaiting anything else.
 */
async function planCurrent(
  { stores, views }: OpenProject,
  runView: RunView | null,
  readItems: () => Promise<readonly ActionItem[]>,
): Promise<readonly AppliedChange[]> {
  for (;;) {
    const index = await views.index();
    const items = await readItems();
    const { verdictVersion } = views;
    const changes = await planChanges(stores, index, runView, items);
    if (views.verdictVersion === verdictVersion) return changes;
  }
}

async function listedIds(
  { lists }: OpenProject,
  { query, expectedCount }: Extract<ActionTarget, { readonly query: unknown }>,
): Promise<readonly SampleId[]> {
  const { index, positions } = await lists.list(query);
  if (positions.length !== expectedCount) {
    const message = `The list holds ${positions.length} images now, not ${expectedCount}: it has changed since it was shown. Look at it again, then repeat the action.`;
    const details = { count: positions.length, expectedCount };
    throw new TouchstoneError('invalid-value', message, { details });
  }
  return Array.from(positions, (position) => index.idAt(position));
}

/** Only `accept`, and `both` without a class, need a run. Throws `run-not-found` where there is none. */
async function suggestionsFor(
  { lists }: OpenProject,
  items: readonly Pick<ActionItem, 'action'>[],
  runId: RunId | undefined,
): Promise<RunView | null> {
  const needsSuggestion = ({ action }: Pick<ActionItem, 'action'>): boolean =>
    action.kind === 'accept' || (action.kind === 'both' && action.classId === undefined);
  if (!items.some(needsSuggestion)) return null;
  const runView = await lists.runViewFor(runId);
  if (runView) return runView;
  throw new TouchstoneError(
    'run-not-found',
    'There are no suggestions yet. Train first, then accept what it suggests.',
  );
}

async function write(
  context: ServiceContext,
  project: OpenProject,
  title: (count: number) => string,
  changes: readonly AppliedChange[],
): Promise<ActionResult> {
  if (changes.length === 0) return { entry: null, changed: 0, sampleIds: [] };
  const entry = project.stores.verdicts.apply(title(changes.length), changes, context.ports.clock.nowMs());
  if (changes.length > longChanges) await yieldToOthers();
  return announce(context, project, entry, changes);
}

async function step(
  context: ServiceContext,
  project: OpenProject,
  entry: JournalEntry | null,
  side: keyof Pick<VerdictChange, 'before' | 'after'>,
): Promise<ActionResult> {
  if (entry === null) return { entry: null, changed: 0, sampleIds: [] };
  if (entry.changeCount > longChanges) await yieldToOthers();
  const changes = project.stores.verdicts.changesOf(entry.id);
  const applied = changes.map((change) => ({ sampleId: change.sampleId, after: change[side] }));
  if (entry.changeCount > longChanges) await yieldToOthers();
  return announce(context, project, entry, applied);
}

function announce(
  context: ServiceContext,
  project: OpenProject,
  entry: JournalEntry,
  changes: readonly AppliedChange[],
): ActionResult {
  project.views.verdictsChanged(entry, changes);
  emitChange(context, project, 'verdicts');
  const sampleIds = changes.slice(0, returnedIds).map(({ sampleId }) => sampleId);
  return { entry, changed: changes.length, sampleIds };
}

function classNameOf({ stores }: OpenProject, action: ReviewAction): string | null {
  const classId = 'classId' in action ? action.classId : undefined;
  return stores.samples.classes().find(({ id }) => id === classId)?.name ?? null;
}

function ensureClass({ stores }: OpenProject, name: string) {
  if (name.trim() === '')
    throw new TouchstoneError('invalid-value', 'A class needs a name. Give one that is not empty.');
  return stores.samples.ensureClass(name).id;
}
