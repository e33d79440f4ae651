/** What the judged draws say of the whole list: wrong labels, and recall and precision at cuts. */
import type { AuditReport } from '../contract/payloads.ts';
import { estimateAudit, type AuditEstimate, type Bounds } from '../core/audit/estimate-audit.ts';
import type { RunId, SampleId } from '../core/dataset/sample.ts';
import { loadPopulation, toAuditBatch, type AuditPopulation, type Cut } from './audit-frames.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { AuditBatchRecord } from './ports/audit-store.ts';
import type { RunView } from './run-view.ts';

/** Cuts reported unless others are asked for, as multiples of the estimated number of wrong labels. */
const usualCuts = [0.5, 1, 1.5, 2];

/** Whether the given label is wrong, of the samples that were judged, or whose label was verified without the audit. */
export function readJudgements(stores: ProjectStores, drawn: readonly SampleId[]): ReadonlyMap<SampleId, boolean> {
  const recorded = stores.audits.judgements();
  const trusted = stores.verdicts.trusted();
  const judgements = new Map<SampleId, boolean>();
  for (const { id, givenClassId } of stores.samples.byIds([...new Set(drawn)])) {
    const trustedClassId = trusted.get(id);
    const verified = trustedClassId === undefined ? undefined : trustedClassId !== givenClassId;
    const isWrong = recorded.get(id) ?? verified;
    if (isWrong !== undefined) judgements.set(id, isWrong);
  }
  return judgements;
}

/** `cuts`: lengths of the beginning of the run's list. Estimates are null before the first judgement. */
export async function reportAudit(
  { stores, views }: OpenProject,
  runView: RunView,
  cuts: readonly number[] | undefined,
): Promise<AuditReport> {
  const batches = stores.audits.batches();
  const drawn = batches.flatMap(({ draws }) => draws.map(({ sampleId }) => sampleId));
  const judgements = readJudgements(stores, drawn);
  const populations = new Map<RunId, AuditPopulation>();
  for (const runId of new Set(batches.map((batch) => batch.runId))) {
    const population = await loadPopulation(stores, await views.runView(runId));
    populations.set(runId, population);
  }
  const ranking = await runView.ranking('suspicion');
  const audit: Audit = { batches, populations, judgements, bounds: findBounds(judgements, runView.index.count) };
  const estimateAt = (size: number): AuditEstimate | null => estimate(audit, { ranking, size });
  const whole = estimateAt(ranking.suspectCount);
  const sizes = cuts ?? usualCuts.map((factor) => Math.round(factor * (whole?.wrongLabels.value ?? 0)));
  const wanted = [...new Set(sizes.map((size) => Math.min(size, ranking.suspectCount)))].filter((size) => size > 0);
  return {
    runId: runView.run.id,
    draws: drawn.length,
    judgedDraws: drawn.filter((sampleId) => judgements.has(sampleId)).length,
    images: runView.index.count,
    suspects: ranking.suspectCount,
    wrongLabels: whole?.wrongLabels ?? null,
    cuts: wanted.flatMap((size) => {
      const at = estimateAt(size);
      return at ? [{ size, recall: at.recall, precision: at.precision }] : [];
    }),
  };
}

interface Audit {
  readonly batches: readonly AuditBatchRecord[];
  readonly populations: ReadonlyMap<RunId, AuditPopulation>;
  readonly judgements: ReadonlyMap<SampleId, boolean>;
  readonly bounds: Bounds;
}

function estimate({ batches, populations, judgements, bounds }: Audit, cut: Cut): AuditEstimate | null {
  const isWrong = (sampleId: SampleId): boolean | null => judgements.get(sampleId) ?? null;
  const judged = batches.flatMap((batch) => {
    const population = populations.get(batch.runId);
    return population ? [toAuditBatch(batch, population, cut, isWrong)] : [];
  });
  return judged.some(({ draws }) => draws.length > 0) ? estimateAudit(judged, bounds) : null;
}

function findBounds(judgements: ReadonlyMap<SampleId, boolean>, images: number): Bounds {
  const least = [...judgements.values()].filter((isWrong) => isWrong).length;
  return { least, most: images - (judgements.size - least) };
}
