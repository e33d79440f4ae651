/** Audits: images drawn at random with known probabilities, judged by the user, and what follows for the whole list. */
import type { MethodHandlers, MethodInput } from '../contract/methods.ts';
import type { AuditState } from '../contract/payloads.ts';
import { drawPlaces } from '../core/audit/draw-audit.ts';
import type { ClassId, RunId, SampleId } from '../core/dataset/sample.ts';
import { TouchstoneError } from '../core/errors.ts';
import { deriveSeed } from '../core/random/random-generator.ts';
import type { ActionItem } from './apply-actions.ts';
import { loadPopulation } from './audit-frames.ts';
import { readJudgements, reportAudit } from './audit-report.ts';
import { applyItems } from './decision-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { RunView } from './run-view.ts';
import { requireSample, viewSamples } from './sample-views.ts';
import { emitChange, type ServiceContext } from './service-context.ts';

export type AuditMethods = Pick<MethodHandlers, 'audit/draw' | 'audit/list' | 'audit/record' | 'audit/report'>;

type Judgement = MethodInput<'audit/record'>['items'][number];

export function createAuditMethods(context: ServiceContext): AuditMethods {
  const { projects } = context;
  return {
    'audit/draw': async ({ projectId, size, runId }) => {
      const project = projects.getWritable(projectId);
      await draw(context, project, size, runId);
      return describeState(project);
    },
    'audit/list': ({ projectId }) => describeState(projects.get(projectId)),
    'audit/record': async ({ projectId, items }) => {
      const project = projects.getWritable(projectId);
      const judged = items.filter((item) => item.kind !== 'none');
      const actions = judged.map((item) => toAction(project, item));
      refuseUndrawn(project, items);
      const isWrong = new Map(judged.map(({ sampleId, kind }) => [sampleId, kind === 'wrong']));
      project.stores.audits.judge(isWrong, context.ports.clock.nowMs());
      project.stores.audits.forget(items.filter(({ kind }) => kind === 'none').map(({ sampleId }) => sampleId));
      await applyItems(context, project, titleOf(isWrong.size), actions);
      // Judgements without a new verdict change the report as well.
      emitChange(context, project, 'verdicts');
      return describeState(project);
    },
    'audit/report': async ({ projectId, cuts, runId }) => {
      const project = projects.get(projectId);
      return reportAudit(project, await requireRunView(project, runId), cuts);
    },
  };
}

async function draw(
  context: ServiceContext,
  project: OpenProject,
  size: number,
  runId: RunId | undefined,
): Promise<void> {
  const { stores } = project;
  const runView = await requireRunView(project, runId);
  const { ranking, probabilities } = await loadPopulation(stores, runView);
  if (probabilities.length === 0) {
    throw new TouchstoneError('dataset-empty', 'Every image is trusted: there is nothing to draw from.');
  }
  // Another seed for every batch: the same draws again would say nothing new.
  const seed = deriveSeed(runView.run.settings.seed, `audit ${stores.audits.batches().length}`);
  const draws = Array.from(drawPlaces(probabilities, size, seed), (rank) => ({
    sampleId: runView.index.idAt(ranking.order[rank] ?? 0),
    probability: probabilities[rank] ?? 0,
  }));
  stores.audits.addBatch(runView.run.id, draws, context.ports.clock.nowMs());
  emitChange(context, project, 'project');
}

async function requireRunView({ lists }: OpenProject, runId: RunId | undefined): Promise<RunView> {
  const runView = await lists.runViewFor(runId);
  if (runView) return runView;
  throw new TouchstoneError('run-not-found', 'There is no ranking to audit yet. Train first, then draw.');
}

function describeState({ stores }: OpenProject): AuditState {
  const drawn = stores.audits.batches().flatMap(({ draws }) => draws.map(({ sampleId }) => sampleId));
  const judgements = readJudgements(stores, drawn);
  const pending = [...new Set(drawn)].filter((sampleId) => !judgements.has(sampleId));
  const wrong = [...judgements.values()].filter((isWrong) => isWrong).length;
  const samples = viewSamples(stores, pending).filter(({ presence }) => presence === 'present');
  return { draws: drawn.length, images: new Set(drawn).size, judged: judgements.size, wrong, pending: samples };
}

/**
 * A right label joins the trusted set, a wrong one too under the label that was given for it. Wrong without saying what is right leaves the
 * image marked as unsure, so that it is met again.
 */
function toAction({ stores }: OpenProject, judgement: Judgement): ActionItem {
  const { sampleId } = judgement;
  const { givenClassId } = requireSample(stores, sampleId);
  if (judgement.kind !== 'wrong') return { sampleId, action: { kind: 'trust', classId: givenClassId } };
  if (judgement.classId === undefined) return { sampleId, action: { kind: 'unsure' } };
  refuseGivenClass(stores.samples.byId(sampleId)?.path ?? '', judgement.classId, givenClassId);
  return { sampleId, action: { kind: 'trust', classId: judgement.classId } };
}

function refuseGivenClass(path: string, classId: ClassId, givenClassId: ClassId): void {
  if (classId !== givenClassId) return;
  const message = `${path} is judged wrong, but the right label is the given one. Judge it right, or name another label.`;
  throw new TouchstoneError('invalid-value', message, { details: { path } });
}

function refuseUndrawn({ stores }: OpenProject, items: readonly { readonly sampleId: SampleId }[]): void {
  const drawn = new Set(stores.audits.batches().flatMap(({ draws }) => draws.map(({ sampleId }) => sampleId)));
  for (const { sampleId } of items) {
    if (drawn.has(sampleId)) continue;
    const { path } = requireSample(stores, sampleId);
    const message = `${path} was not drawn for the audit, so judging it would say nothing of the rest. Judge the drawn images; decide on this one in the review.`;
    throw new TouchstoneError('invalid-value', message, { details: { path } });
  }
}

function titleOf(count: number): string {
  return `Audited ${count === 1 ? '1 image' : `${count} images`}`;
}
