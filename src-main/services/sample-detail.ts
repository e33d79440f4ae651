/** Everything known about one sample, for the side panel and `touchstone show`. */
import type { RankedView, SampleDetail, SampleView } from '../contract/payloads.ts';
import type { ClassId, RunId, Sample, SampleId } from '../core/dataset/sample.ts';
import { scoreNames, suspiciousEnd, type ScoreName } from '../core/ranking/run-scores.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports/project-files.ts';
import { findingsOf } from './problem-views.ts';
import { numberOrNull, viewRanked } from './ranked-views.ts';
import { summariseRun } from './run-summaries.ts';
import type { RunView } from './run-view.ts';
import type { SampleIndex } from './sample-index.ts';
import { requireSample, viewKnownSamples, viewSample, viewSamples } from './sample-views.ts';
import { thinEvidence } from './thin-evidence.ts';
import { yieldToOthers } from './take-turns.ts';

/** Trusted pictures shown of each class. */
const shownTrusted = 8;

export async function describeSample(
  { stores, views, lists }: OpenProject,
  sampleId: SampleId,
  runId: RunId | undefined,
): Promise<SampleDetail> {
  const sample = requireSample(stores, sampleId);
  const runView = await lists.runViewFor(runId);
  const index = runView?.index ?? (await views.index());
  const position = index.positionOf(sampleId);
  const ranked = viewRanked(
    viewSample(sample, stores.verdicts.byId(sampleId)),
    runView,
    (await runView?.ranking('suspicion')) ?? null,
  );
  const suggested = ranked.suggestedClassId;
  const history = runView ? readHistory(stores, runView.run.id, sampleId) : [];
  const hasProblem = position >= 0 && (await views.problemMarks())[position] !== 0;
  return {
    sample: ranked,
    run: runView && summariseRun(stores, runView.run),
    history,
    percentiles: runView && position >= 0 ? await findPercentiles(runView, position) : {},
    problems: hasProblem ? problemsOf(stores, sample) : [],
    trustedOfGiven: findTrusted(stores, index, sample.givenClassId, position),
    trustedOfSuggested: suggested === null ? [] : findTrusted(stores, index, suggested, position),
    duplicates: viewKnownSamples(
      stores,
      stores.samples.byHash(sample.contentHash).filter(({ id }) => id !== sampleId),
    ),
    thinEvidence: runView && ranked.rankPosition !== null ? describeEvidence(stores, runView, ranked, history) : null,
  };
}

/** Counts what the run was trusted with, not what was added since. */
function describeEvidence(
  stores: ProjectStores,
  { run }: RunView,
  { givenClassId, alternatives, visits }: RankedView,
  history: SampleDetail['history'],
): string | null {
  const { labels, trusted } = stores.runs.inputs(run.id);
  const classIds = [givenClassId, ...alternatives.slice(0, 1).map(({ classId }) => classId)];
  const classes = stores.samples
    .classes()
    .filter(({ id }) => classIds.includes(id))
    .map(({ id, name }) => {
      const label = run.classIds.indexOf(id);
      return { name, trusted: trusted.filter((sample) => labels[sample] === label).length };
    });
  return thinEvidence({ visits, history, classes });
}

function problemsOf(stores: ProjectStores, { id, path }: Sample): SampleDetail['problems'] {
  const imported = stores.samples.problems().filter((problem) => problem.path === path);
  return [...imported, ...findingsOf(stores, id, path)];
}

function readHistory({ runs }: ProjectStores, runId: RunId, sampleId: SampleId): SampleDetail['history'] {
  return runs.history(runId, sampleId).map((epoch) => ({
    epochIndex: epoch.epochIndex,
    visits: epoch.visits,
    weight: numberOrNull(epoch.weight),
    alignment: numberOrNull(epoch.alignment),
    cosine: numberOrNull(epoch.cosine),
    harm: numberOrNull(epoch.harm),
    margin: numberOrNull(epoch.margin),
    loss: numberOrNull(epoch.loss),
    probability: numberOrNull(epoch.probability),
    predictedClassId: epoch.visits > 0 ? epoch.predictedClassId : null,
  }));
}

/** Empty for what is no suspect. */
async function findPercentiles(runView: RunView, position: number): Promise<SampleDetail['percentiles']> {
  const percentiles: Partial<Record<ScoreName, number>> = {};
  if (runView.isSuspect[position] !== 1) return percentiles;
  for (const name of scoreNames) {
    const share = shareLessSuspicious(runView, position, name);
    if (share !== null) percentiles[name] = share;
    await yieldToOthers();
  }
  return percentiles;
}

/** Null where the sample has no such score. */
function shareLessSuspicious(runView: RunView, position: number, name: ScoreName): number | null {
  const own = runView.recordedAt(position, name);
  if (Number.isNaN(own)) return null;
  const { runIndices, isSuspect } = runView;
  const scores = runView.scores[name];
  let [below, above, equal] = [0, 0, 0];
  for (let other = 0; other < runIndices.length; other++) {
    if (isSuspect[other] !== 1) continue;
    const score = scores[runIndices[other] ?? -1] ?? Number.NaN;
    if (score < own) below += 1;
    else if (score > own) above += 1;
    else if (score === own) equal += 1;
  }
  const others = below + above + equal - 1;
  if (others === 0) return 0;
  return (suspiciousEnd[name] === 'largest' ? below : above) / others;
}

function findTrusted(
  stores: ProjectStores,
  index: SampleIndex,
  classId: ClassId,
  exceptPosition: number,
): readonly SampleView[] {
  const ids: SampleId[] = [];
  for (let position = 0; position < index.count && ids.length < shownTrusted; position++) {
    if (index.trustedClassIds[position] === classId && position !== exceptPosition) ids.push(index.idAt(position));
  }
  return viewSamples(stores, ids);
}
